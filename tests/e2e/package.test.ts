/** The command as its users install it: packed, in a folder with nothing of the workspace. */
import { spawn, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'rolecall-package-'))
const home = join(folder, 'home')
const program = join(folder, 'package', 'rolecall.cjs')
const env = {
  PATH: process.env.PATH ?? '',
  HOME: home,
  ROLECALL_STATE: join(home, 'state'),
  ROLECALL_CACHE: join(home, 'cache'),
  ROLECALL_KEYRING: 'file',
  XDG_RUNTIME_DIR: join(home, 'run'),
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'S3CRETMARKER',
}

function must(command: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`)
  return done.stdout
}

const rolecall = (...words: readonly string[]) =>
  spawnSync(process.execPath, [program, ...words], { cwd: home, env, encoding: 'utf8' })

beforeAll(() => {
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 })
  const built = join(folder, 'built')
  must(process.execPath, [join(root, 'scripts', 'build.ts'), built], root)
  const npm = ['pack', '--silent', '--pack-destination', folder]
  const packed = must('npm', npm, built).trim()
  must('tar', ['-xzf', join(folder, packed), '-C', folder], folder)
  rmSync(built, { recursive: true })
  // What npm would install beside it.
  for (const scope of ['@napi-rs', '@node-rs']) {
    mkdirSync(join(folder, 'package', 'node_modules', scope), { recursive: true })
    for (const name of readdirSync(join(root, 'node_modules', scope))) {
      const from = join(root, 'node_modules', scope, name)
      symlinkSync(from, join(folder, 'package', 'node_modules', scope, name))
    }
  }
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('it says its version and its verbs', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(rolecall('--version').stdout).toBe(`${version}\n`)
  const help = rolecall('--help')
  expect(help.status).toBe(0)
  expect(help.stdout).toMatch(/serve.*exec.*credentials/s)
})

test('it has the licences of what it is made of, and exact versions of what it needs', () => {
  const licences = readFileSync(join(folder, 'package', 'THIRD-PARTY-LICENCES.txt'), 'utf8')
  for (const name of ['commander', 'fastify', 'zod', '@noble/ciphers']) {
    expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'))
  }
  const page = join(folder, 'package', 'portal', 'THIRD-PARTY-LICENCES.txt')
  expect(readFileSync(page, 'utf8')).toMatch(/^@mantine\/core \d.*^react \d/ms)
  const manifest = JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8'))
  for (const version of Object.values(manifest.dependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  }
})

test('the gateway checks its configuration, serves its page and writes its audit log', async () => {
  const config = 'publicUrl: http://localhost\nlisten: { port: 0 }\n'
  writeFileSync(join(home, 'c.yaml'), config)
  expect(rolecall('config', 'check', 'c.yaml').stdout).toMatch(/^ok c\.yaml/)
  const args = [program, 'serve', '-c', 'c.yaml']
  const child = spawn(process.execPath, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = text(child.stdout)
  let err = ''
  try {
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        err += part
        const found = /listening on (http:\S+)/.exec(err)?.[1]
        if (found !== undefined) resolve(found)
      })
      child.once('exit', () => reject(new Error(err)))
    })
    const page = await fetch(address)
    expect(await page.text()).toContain('<div id="root">')
  } finally {
    child.kill('SIGTERM')
  }
  await said
  const audit = rolecall('audit', 'verify', '-c', 'c.yaml')
  expect(audit.stdout + audit.stderr).toMatch(/event/)
  expect(audit.status).toBe(0)
})

test('keys of the cache and of profiles are given, by the whole program and at once', () => {
  const seed = join(root, 'packages', 'cli', 'tests', 'hot', 'seed-cache.ts')
  const config = join(home, 'config')
  writeFileSync(config, '[work]\nprovider = Rolecall\nurl = http://127.0.0.1:9\n')
  const variables: Record<string, string> = { ...env, ROLECALL_CONFIG: config }
  const run = (args: readonly string[]) =>
    spawnSync(process.execPath, args, { cwd: home, env: variables, encoding: 'utf8' })
  expect(run(['--no-warnings', seed]).stderr).toBe('')
  const words = [program, 'credentials', 'prod/admin']
  const first = run(words)
  expect(JSON.parse(first.stdout).AccessKeyId).toBe('ASIAEXAMPLE')
  // Without the files of the whole program there is no other way.
  rmSync(join(folder, 'package', 'program.mjs'))
  expect(run(words).stdout).toBe(first.stdout)
  const own = [program, 'credentials', '--profile', 'own']
  writeFileSync(
    join(home, 'credentials'),
    '[own]\naws_access_key_id = AKIAOWN\naws_secret_access_key = x\n',
  )
  variables.AWS_SHARED_CREDENTIALS_FILE = join(home, 'credentials')
  expect(JSON.parse(run(own).stdout).AccessKeyId).toBe('AKIAOWN')
  const exec = run([program, 'exec', 'prod/admin', '--', 'true'])
  expect(exec.status).not.toBe(0)
})
