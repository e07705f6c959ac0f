import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

const rolecall = (words: readonly string[], { env }: { readonly env: Record<string, string> }) =>
  inProcess(words, '', env)

/** A home folder with these files. */
function home(files: Record<string, string> = {}) {
  const folder = directoryWith({})
  mkdirSync(join(folder, '.config', 'rolecall'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const ours = join(folder, '.config', 'rolecall', 'config')
  return { folder, ours, env: { HOME: folder }, read: () => readFileSync(ours, 'utf8') }
}

/** A web server that answers as a Rolecall server does, or as something else. */
async function serverWith(issuer: (origin: string) => string): Promise<string> {
  const server = createServer((request, response) => {
    const { port } = server.address() as { port: number }
    const isAsked = request.url === '/oauth/.well-known/openid-configuration'
    const body = JSON.stringify({ issuer: issuer(`http://127.0.0.1:${port}`) })
    response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

test('a Rolecall server is known by its discovery document', async () => {
  const { env, ours, read } = home()
  const url = await serverWith(origin => `${origin}/oauth`)
  const { code, out, err } = await rolecall(['configure', `${url}/`, '--skip-prompt'], { env })
  expect([code, out]).toEqual([0, ''])
  expect(err).toBe(`wrote [default] of ${ours}\nnext: rolecall login\n`)
  expect(read()).toBe(`[default]\nprovider = Rolecall\nurl = ${url}\n`)
  expect(statSync(ours).mode & 0o777).toBe(0o600)
})

test('what only looks like one is not taken for one', async () => {
  const { env, ours } = home()
  const url = await serverWith(() => 'https://elsewhere.example/oauth')
  const { code, err } = await rolecall(['configure', url, '--skip-prompt'], { env })
  expect(code).toBe(2)
  expect(err).toContain('is no Rolecall server: the identity provider has to be said')
  expect(err).toContain('hint: --idp-provider Browser')
  expect(existsSync(ours)).toBe(false)
})

test('nobody there: who knows what it is can say so', async () => {
  const { env, read } = home()
  const silent = ['configure', 'http://127.0.0.1:1', '--skip-prompt']
  const { code, err } = await rolecall(silent, { env })
  expect(code).toBe(13)
  expect(err).toContain('hint: say what it is: --idp-provider Rolecall')
  const said = await rolecall([...silent, '--idp-provider', 'rolecall'], { env })
  expect([said.code, read()]).toEqual([
    0,
    '[default]\nprovider = Rolecall\nurl = http://127.0.0.1:1\n',
  ])
})

test('the walk-through of saml2aws, flag by flag', async () => {
  const { env, read } = home()
  const words = [
    ...['configure', '--idp-account=production', '--idp-provider=JumpCloud', '--mfa=auto'],
    ...['--url=https://sso.jumpcloud.com/saml2/aws#1', '--username=alice@example.com'],
    ...['--role=arn:aws:iam::123456789012:role/Read', '-p', 'prod', '--session-duration=7200'],
    ...['--cache-saml', '--disable-sessions', '--app-id=1', '--skip-prompt'],
  ]
  const { code, out } = await rolecall(words, { env })
  expect([code, out]).toEqual([0, ''])
  expect(read()).toBe(
    [
      '[production]',
      'provider = JumpCloud',
      'url = `https://sso.jumpcloud.com/saml2/aws#1`',
      'username = alice@example.com',
      'mfa = Auto',
      'role = arn:aws:iam::123456789012:role/Read',
      'aws_profile = prod',
      'aws_session_duration = 7200',
      'saml_cache = true',
      'app_id = 1',
      'disable_sessions = true',
      '',
    ].join('\n'),
  )
})

test('what is not said stays, byte for byte; --json says what is there now', async () => {
  const before =
    '# mine\r\n[work]\r\nprovider=Okta ; said\r\nurl = https://a.okta.com/x\r\nteam = core\r\nrole_arn = arn:aws:iam::123456789012:role/Old\r\n\r\n[other]\r\nurl=x\r\n'
  const { env, ours, read } = home({ '.config/rolecall/config': before })
  const words = ['configure', '-a', 'work', '--role', 'prod/admin', '--username', 'bob', '--json']
  const { code, out, err } = await rolecall(words, { env })
  expect([code, err]).toEqual([0, ''])
  expect(JSON.parse(out)).toEqual({
    connection: 'work',
    provider: 'Okta',
    url: 'https://a.okta.com/x',
    username: 'bob',
    mfa: 'Auto',
    file: ours,
    changed: true,
    passwordKeptIn: null,
  })
  expect(read()).toBe(
    '# mine\r\n[work]\r\nprovider=Okta\r\nurl = https://a.okta.com/x\r\nteam = core\r\nusername = bob\r\nrole = prod/admin\r\n\r\n[other]\r\nurl=x\r\n',
  )
})

test('a section of ~/.saml2aws is taken over before it is hidden', async () => {
  const old =
    '[work]\nname = work\nurl = https://idp.example/adfs\nprovider = ADFS\nmfa = Auto\nusername = alice\naws_session_duration = 3600\naws_profile = saml\nregion = eu-west-1\nprompter =\n'
  const { env, folder, read } = home({ '.saml2aws': old })
  // What the error about an unknown provider says to type.
  const words = ['configure', '-a', 'work', '--idp-provider', 'Browser', '--skip-prompt']
  const { code, err } = await rolecall(words, { env })
  expect(code).toBe(0)
  expect(err).toContain(`took over what [work] of ${join(folder, '.saml2aws')} says`)
  expect(read()).toBe(
    '[work]\nprovider = Browser\nurl = https://idp.example/adfs\nusername = alice\nregion = eu-west-1\n',
  )
  expect(readFileSync(join(folder, '.saml2aws'), 'utf8')).toBe(old)
})

test('a second factor goes with the provider that it was of', async () => {
  const before = '[default]\nprovider = JumpCloud\nurl = https://a.example\nmfa = PUSH\n'
  const { env, read } = home({ '.config/rolecall/config': before })
  const words = ['configure', '--idp-provider', 'Browser', '--skip-prompt']
  const { code } = await rolecall(words, { env })
  expect([code, read()]).toEqual([0, '[default]\nprovider = Browser\nurl = https://a.example\n'])
})

test('--config writes that file, with the keys that saml2aws reads', async () => {
  const { env, ours, folder } = home()
  const file = join(folder, 'saml2aws')
  const role = 'arn:aws:iam::123456789012:role/Read'
  const words = ['--idp-provider', 'Okta', '--url', 'https://a.okta.com/x', '--role', role]
  const { code } = await rolecall(['configure', '--config', file, ...words, '--skip-prompt'], {
    env,
  })
  expect([code, existsSync(ours)]).toEqual([0, false])
  expect(readFileSync(file, 'utf8')).toBe(
    `[default]\nprovider = Okta\nurl = https://a.okta.com/x\nrole_arn = ${role}\n`,
  )
})

test.each([
  [['-a', 'accounts'], 2, 'accounts is no name for a connection'],
  [['-a', 'a]b'], 2, '"a]b" is no name for a connection'],
  [
    ['--idp-provider', 'ADFS', '--url', 'https://a.example'],
    3,
    'at ADFS your own browser signs in',
  ],
  [
    ['--idp-provider', 'JumpCloud', '--url', 'https://a.example', '--mfa', 'SMS'],
    3,
    'a second factor of JumpCloud',
  ],
  [
    ['--idp-provider', 'Okta', '--url', 'http://a.example'],
    2,
    'expected https:// for another machine',
  ],
  [['--idp-provider', 'Okta', '--url', 'https://a.example', '--region', 'a\nb'], 5, 'line break'],
  [[], 12, 'Address of the Rolecall server'],
])('%j is refused, and nothing is written', async (words, code, message) => {
  const { env, ours } = home()
  const failed = await rolecall(['configure', ...words, '--skip-prompt'], { env })
  expect(failed.err).toContain(message)
  expect([failed.code, existsSync(ours)]).toEqual([code, false])
})
