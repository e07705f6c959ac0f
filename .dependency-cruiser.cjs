/** The arrows of the house: packages point only downwards, and only at each other's exports. */
const packages = ['saml', 'aws', 'scim', 'simulator', 'server', 'portal', 'cli']
const mayUse = {
  saml: [],
  aws: [],
  scim: [],
  simulator: ['saml', 'aws'],
  server: ['saml', 'aws', 'scim'],
  portal: ['server'],
  cli: ['server', 'simulator', 'saml', 'aws'],
}
const libraries = '^packages/(saml|aws|scim)/src'
const tests = '\\.test\\.ts$'

const arrows = packages.map(name => ({
  name: `${name}-points-down`,
  comment: `packages/${name} may use: ${mayUse[name].join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src`, pathNot: tests },
  to: { path: `^packages/(?!${[name, ...mayUse[name]].join('|')}/)` },
}))

/** The steps of the path in the server: a later step may know an earlier one, not the reverse. */
const path = [
  'outgoing',
  'config',
  'store',
  'audit',
  'directory',
  'accounts',
  'signin',
  'grants',
  'sessions',
  'delivery',
  'http',
]
const serverArrows = [
  { step: 'outgoing', mayNot: [...path.slice(1), 'ops'] },
  { step: 'config', mayNot: [...path.slice(2), 'ops'] },
  {
    step: 'store',
    mayNot: ['audit', 'directory', 'accounts', 'signin', 'grants', 'sessions', 'delivery', 'http'],
  },
  {
    step: 'audit',
    mayNot: ['directory', 'accounts', 'signin', 'grants', 'sessions', 'delivery', 'http'],
  },
  { step: 'directory', mayNot: ['accounts', 'signin', 'grants', 'sessions', 'delivery', 'http'] },
  { step: 'accounts', mayNot: ['directory', 'signin', 'grants', 'sessions', 'delivery', 'http'] },
  { step: 'signin', mayNot: ['grants', 'sessions', 'delivery', 'http'] },
  { step: 'grants', mayNot: ['signin', 'sessions', 'delivery', 'http'] },
  { step: 'sessions', mayNot: ['signin', 'delivery', 'http'] },
  { step: 'delivery', mayNot: ['signin', 'http'] },
  // Not a step: what keeps the log and tells of the gateway's health. Each step may be watched by it.
  {
    step: 'ops',
    mayNot: ['directory', 'accounts', 'signin', 'grants', 'sessions', 'delivery', 'http'],
  },
].map(({ step, mayNot }) => ({
  name: `server-${step}-knows-no-later-step`,
  severity: 'error',
  from: { path: `^packages/server/src/${step}/`, pathNot: tests },
  to: { path: `^packages/server/src/(${mayNot.join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...arrows,
    ...serverArrows,
    {
      name: 'only-exports',
      comment: 'A package never reaches into another one: import it by its name.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'core-has-no-dependency',
      comment: 'saml, aws and scim stand alone: built-in modules only.',
      severity: 'error',
      from: { path: libraries, pathNot: tests },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-peer', 'npm-optional', 'unknown'],
      },
    },
    {
      name: 'saml-has-no-effect',
      comment: 'The SAML core does no I/O: crypto and inflate only.',
      severity: 'error',
      from: { path: '^packages/saml/src', pathNot: tests },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|zlib)$' },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-test',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|/tests/|^tests/)' },
      to: { path: '(\\.test\\.ts$|/tests/)' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|fixtures|vectors)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
    moduleSystems: ['es6'],
    builtInModules: { add: ['node:sqlite'] },
  },
}
