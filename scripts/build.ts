/**
 * `npm run build`: the command as a package that needs nothing of the workspace, in `dist/rolecall`. What starts
 * fast is in `rolecall.cjs`; each family of verbs is loaded from files of its own when it is needed.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'rolldown'
import { families } from './build/families.ts'
import { exactVersions, readPackage } from './build/packages.ts'
import { requireBuiltIns, rewrites, wholeProgram } from './build/rewrites.ts'
import { thirdPartyLicences } from './build/third-party.ts'

const root = join(import.meta.dirname, '..')
const folder = resolve(process.argv[2] ?? join(root, 'dist', 'rolecall'))
const source = (path: string) => join(root, 'packages', path)

/** Native code, and what loads files of its own: npm installs it beside the package. */
const external = ['@napi-rs/keyring', '@node-rs/argon2']

/** Names stay as they are: somebody may have to read a stack. */
const written = { minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } } }

/** Importing one of these does nothing by itself: a part that nobody uses is left out. */
const treeshake = {
  moduleSideEffects: [{ test: /packages\/(aws|saml|simulator)\/src\//, sideEffects: false }],
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

const started = performance.now()
const { output } = await build({
  input: {
    program: source('cli/src/run-process.ts'),
    'append-thread': source('server/src/audit/append-thread.ts'),
    'keyring-child': source('cli/src/vault/keyring-child.ts'),
  },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  external: external.map(name => new RegExp(`^${name}($|/)`)),
  treeshake,
  plugins: [rewrites(root)],
  // An import that is not found would be one at run time.
  onLog(level, log, handle) {
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
    if (log.code !== 'EVAL' && log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') handle(level, log)
  },
  output: {
    ...written,
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    codeSplitting: { includeDependenciesRecursively: false, groups: [...families] },
  },
})

// CommonJS: the module loader of ECMAScript reads every export of each built-in module, and loads what those need.
await build({
  input: source('cli/src/main.ts'),
  platform: 'node',
  treeshake,
  plugins: [wholeProgram('./program.mjs'), requireBuiltIns],
  output: {
    ...written,
    dir: folder,
    format: 'cjs',
    entryFileNames: 'rolecall.cjs',
    chunkFileNames: '[name]-[hash].cjs',
  },
})

const page = source('portal/dist')
if (!existsSync(page)) throw new Error(`${page} is missing: npm run build builds it first`)
cpSync(page, join(folder, 'portal'), { recursive: true })
for (const file of ['LICENSE', 'README.md']) cpSync(join(root, file), join(folder, file))

const modules = output.flatMap(part => (part.type === 'chunk' ? part.moduleIds : []))
writeFileSync(join(folder, 'THIRD-PARTY-LICENCES.txt'), thirdPartyLicences(modules))

const { version, description, license, engines } = readPackage(root)
const manifest = {
  name: 'rolecall',
  version,
  description,
  license,
  type: 'module',
  engines,
  bin: { rolecall: 'rolecall.cjs' },
  files: ['*.mjs', '*.cjs', 'portal', 'THIRD-PARTY-LICENCES.txt'],
  dependencies: exactVersions(root, external),
}
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)

const bytes = output.reduce(
  (sum, part) => sum + readFileSync(join(folder, part.fileName)).length,
  0,
)
const seconds = ((performance.now() - started) / 1000).toFixed(1)
console.log(`${folder}: ${output.length} files, ${Math.round(bytes / 1024)} KiB, in ${seconds} s`)
