import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { selfSignedCertificate } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { setupFindings } from '../src/doctor/findings.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

interface Report {
  readonly works: boolean
  readonly connections: { name: string; status: number | null }[]
  readonly findings: { code: string; severity: string; message: string; remedy: string }[]
}

/** A home folder with these files, each for its owner alone. */
function home(files: Record<string, string>, more: Record<string, string> = {}) {
  const folder = directoryWith({})
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  const env = {
    HOME: folder,
    PATH: '/usr/bin:/bin',
    ROLECALL_KEYRING: 'file',
    BROWSER: 'x',
    ...more,
  }
  return {
    folder,
    at: (name: string) => join(folder, name),
    async look(...words: string[]) {
      const { code, out, err } = await inProcess(['doctor', '--json', ...words], '', env)
      const report = JSON.parse(out) as Report
      return { code, err, report, codes: report.findings.map(({ code }) => code).sort(), out }
    },
    text: (...words: string[]) => inProcess(['doctor', ...words], '', env),
  }
}

/** A server that answers like this at every address. */
async function serverWith(
  status: number,
  headers: Record<string, string> = {},
  body: (origin: string) => string = () => '',
): Promise<string> {
  const server = createServer((_, response) => {
    const { port } = server.address() as AddressInfo
    response.writeHead(status, headers).end(body(`http://127.0.0.1:${port}`))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const config = '.config/rolecall/config'
const section = (name: string, url: string, more = '') =>
  `[${name}]\nprovider = JumpCloud\nurl = ${url}\n${more}`

test('nothing wrong: what there is, and 0', async () => {
  const url = await serverWith(200)
  const { text, at } = home({ [config]: section('work', url) })
  const { code, out, err } = await text()
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain(at(config))
  expect(out).toMatch(/^ {2}work {2}JumpCloud {2}http:\/\/127.* {2}200 in \d+ ms$/m)
  expect(out).toMatch(/^works$/m)
  expect(out).not.toContain('\x1b')
})

test('no connection at all', async () => {
  const { code, codes, report } = await home({}).look('--offline')
  expect([code, codes, report.works]).toEqual([3, ['config.none'], false])
})

test('a connection that variables alone make', async () => {
  const { look } = home({}, { ROLECALL_URL: 'https://aws.example' })
  const { code, codes, report } = await look('--offline')
  expect([code, codes, report.connections]).toEqual([
    0,
    [],
    [expect.objectContaining({ name: 'default', provider: 'Rolecall' })],
  ])
})

test('lines that nobody reads, stand twice or hide each other', async () => {
  const ours = `${section('work', 'https://a.example', 'usrname = x\nprompter = pinentry\n')}url = https://b.example\n`
  const { look, at } = home({
    [config]: ours,
    '.saml2aws': section('work', 'https://a.example', 'name = work\nprompter =\n'),
  })
  const { code, codes, report } = await look('--offline')
  expect([code, codes]).toEqual([
    0,
    ['config.hidden', 'config.repeated', 'config.unknown-key', 'config.unused-key'],
  ])
  expect(report.findings).toContainEqual(
    expect.objectContaining({
      message: `${at(config)}:4 [work] usrname is read by nothing`,
      remedy: 'Did you mean username?',
    }),
  )
})

test('connections that cannot be used, files that cannot be read, rights that others have', async () => {
  const { look, at } = home({
    [config]: `${section('a', 'http://a.example')}[b]\nprovider = ADFS\nurl = https://b.example\n${section('c', 'https://c.example', 'skip_verify = true\n')}`,
    '.saml2aws': '[x]\nplanted-secret\n',
  })
  chmodSync(at(config), 0o620)
  const { code, codes, out } = await look('--offline')
  expect([code, codes]).toEqual([
    3,
    [
      'config.invalid',
      'config.invalid',
      'config.skip-verify',
      'config.unreadable',
      'config.writable',
    ],
  ])
  expect(out).not.toContain('planted')
})

test('addresses: silent, of another certificate, at fault, of no server of ours', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secure = createTlsServer({
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: selfSignedCertificate(privateKey, {
      commonName: 'other.example',
      notBefore: new Date(0),
      notAfter: new Date('2099-01-01'),
    }),
  })
  await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void secure.close())
  const { port } = secure.address() as AddressInfo
  const { look } = home({
    [config]: [
      section('silent', 'http://127.0.0.1:1'),
      section('other', `https://127.0.0.1:${port}`),
      section('fault', await serverWith(503)),
      `[none]\nprovider = Rolecall\nurl = ${await serverWith(404)}\n`,
    ].join(''),
  })
  const { code, codes, report } = await look()
  expect(codes).toEqual([
    'connection.certificate',
    'connection.no-server',
    'connection.status',
    'connection.unreachable',
  ])
  expect(code).toBe(13)
  expect(report.connections.map(({ status }) => status)).toEqual([null, null, 503, 404])
  const one = await look('-a', 'fault')
  expect([one.code, one.codes]).toEqual([0, ['connection.status']])
})

test.each([
  [-90, 0, 'warning', 'ahead of'],
  [600, 13, 'error', 'behind'],
])('a clock that is %d seconds away', async (seconds, code, severity, direction) => {
  const date = new Date(Date.now() + seconds * 1000).toUTCString()
  const { look } = home({ [config]: section('work', await serverWith(200, { date })) })
  const looked = await look()
  expect([looked.code, looked.codes]).toEqual([code, ['clock.skew']])
  expect(looked.report.findings[0]).toMatchObject({
    severity,
    message: expect.stringContaining(`seconds ${direction} that of 127.0.0.1`),
  })
})

test("profiles and keys of AWS's files, and what saml2aws has left", async () => {
  const past = '2020-01-01T00:00:00Z'
  const future = '2099-01-01T00:00:00Z'
  const keys = (name: string, expires: string) =>
    `[${name}]\naws_access_key_id = ASIAX\naws_secret_access_key = planted\naws_session_token = planted\nx_security_token_expires = ${expires}\n`
  const { look, at } = home({
    [config]: section('work', 'https://a.example'),
    '.aws/config':
      '[profile a]\ncredential_process = saml2aws login --credential-process\n[profile b]\ncredential_process = /nonexistent/rolecall credentials x\n[profile c]\ncredential_process = sh -c true\n',
    '.aws/credentials': `${keys('old', past)}${keys('new', future)}[long]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n`,
    '.aws/saml2aws/cache_work': 'planted',
  })
  chmodSync(at('.aws/credentials'), 0o644)
  const { code, codes, out } = await look('--offline')
  expect([code, codes]).toEqual([
    3,
    [
      'keys.expired',
      'keys.mode',
      'keys.plain-text',
      'profile.missing-program',
      'profile.saml2aws',
      'saml.cache-file',
    ],
  ])
  expect(out).not.toContain('planted')
})

test('a browser that is asked for and not there; no keyring; a password in a variable', async () => {
  const files = {
    [config]: `[w]\nprovider = Browser\nurl = https://a.example\nbrowser_type = firefox-dev\n`,
  }
  const env = { ROLECALL_KEYRING: 'auto', SAML2AWS_PASSWORD: 'planted', PATH: '/nonexistent' }
  const { code, codes, out } = await home(files, env).look('--offline')
  expect([code, codes]).toEqual([0, ['browser.none', 'variable.password', 'vault.no-keyring']])
  expect(out).not.toContain('planted')
})

test('a misspelt name is an error, and `doctor aws` has options of its own', async () => {
  const { text } = home({ [config]: section('work', 'https://a.example') })
  expect(await text('-a', 'wrok')).toMatchObject({ code: 2 })
  const { out } = await text('aws', '--offline', '--json')
  expect(JSON.parse(out)).toHaveProperty('sources')
})

test('every finding has a meaning and a remedy', () => {
  for (const [code, { meaning, remedy }] of Object.entries(setupFindings)) {
    expect(code).toMatch(/^[a-z]+\.[a-z0-9-]+$/)
    expect(`${meaning}${remedy}`).not.toMatch(/undefined/)
    expect(meaning.endsWith('.')).toBe(true)
  }
})
