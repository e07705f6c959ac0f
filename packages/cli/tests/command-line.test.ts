import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodeLines, exitCodes, exitCodeTable } from '../src/exit-codes.ts'
import { inProcess } from './support/in-process.ts'
import { rolecall } from './support/rolecall.ts'

const root = join(import.meta.dirname, '..')

test('--version prints the version of the package and nothing else', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(await rolecall(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test('--help shows every verb, examples and the exit codes', async () => {
  const { code, out, err } = await rolecall(['--help'])
  expect([code, err]).toEqual([0, ''])
  for (const verb of ['serve', 'demo', 'config', 'user']) {
    expect(out).toMatch(new RegExp(`^ {2}${verb} `, 'm'))
  }
  expect(out).toContain('Examples:\n  rolecall configure')
  expect(out).toContain(`Exit codes:\n${exitCodeLines()}`)
  expect(out).not.toMatch(/.{101}/)
})

test('exit codes differ from each other and stand in both READMEs', () => {
  const codes = Object.values(exitCodes).map(one => one.code)
  expect(new Set(codes).size).toBe(codes.length)
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(exitCodeTable())
  const readme = readFileSync(join(root, '..', '..', 'README.md'), 'utf8')
  for (const { code, meaning } of Object.values(exitCodes)) {
    expect(readme).toContain(`| ${code} | ${meaning} |`)
  }
})

test.each([
  ['serve'],
  ['demo'],
  ['simulator'],
  ['config check'],
  ['config schema'],
  ['user add'],
  ['user passwd'],
  ['saml explain'],
  ['agent'],
  ['credentials'],
  ['login'],
  ['logout'],
  ['status'],
  ['whoami'],
  ['roles'],
  ['exec'],
  ['shell'],
  ['env'],
  ['import afp'],
  ['import awscons'],
  ['doctor aws'],
])('%s --help has examples that name it', async verb => {
  const { code, out } = await inProcess([...verb.split(' '), '--help'])
  expect(code).toBe(0)
  expect(out).toContain(`Usage: rolecall ${verb}`)
  expect(out).toMatch(new RegExp(`Examples:\n(.*\\| )?.*rolecall ${verb}`))
})

test('help and version load nothing of the gateway', async () => {
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context) } })`
  const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]
  for (const option of ['--help', '--version']) {
    const { code, err } = await rolecall([option], { nodeOptions })
    expect(code).toBe(0)
    expect(err).toContain('/cli/src/program.ts')
    expect(err.split('\n').filter(url => /\/(server|simulator|aws|saml)\/src\//.test(url))).toEqual(
      [],
    )
  }
})

test.each([
  ['a misspelt verb', ['srve'], "unknown command 'srve'", 'Did you mean serve?'],
  ['a misspelt verb of a group', ['user', 'ad'], "unknown command 'ad'", 'Did you mean add?'],
  ['a verb like no other', ['xyzzy'], "unknown command 'xyzzy'", 'rolecall --help shows'],
  ['a misspelt option', ['demo', '--chek'], "unknown option '--chek'", 'Did you mean --check?'],
  [
    'a missing option',
    ['serve'],
    "required option '-c, --config <file>' not specified",
    'rolecall',
  ],
  ['a missing argument', ['config', 'check'], "missing required argument 'file'", 'rolecall'],
  ['one argument too many', ['config', 'check', 'a', 'b'], 'too many arguments', 'rolecall'],
  [
    'a port that is none',
    ['demo', '--port', '80x'],
    "option '--port <number>' argument '80x' is invalid",
    'rolecall',
  ],
])('%s: exit code 2 and a hint', async (_title, parameters, message, hint) => {
  const { code, out, err } = await inProcess(parameters)
  expect([code, out]).toEqual([exitCodes.usage.code, ''])
  const [first, second] = err.split('\n')
  expect(first).toContain(`rolecall: ${message}`)
  expect(second).toContain(`hint: ${hint}`)
})

test('without a verb it shows the usage and fails', async () => {
  const { code, out, err } = await rolecall([])
  expect([code, out]).toEqual([exitCodes.usage.code, ''])
  expect(err).toContain('Usage: rolecall')
})
