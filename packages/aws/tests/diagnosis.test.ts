import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator, type World } from '@rolecall/simulator'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  type AwsError,
  type CredentialReport,
  credentialFindings,
  type ExamineOptions,
  examineCredentials,
  type Finding,
  StsClient,
  verifySignedRequest,
} from '../src/index.ts'
import { selfSigned } from './certificate.ts'
import { listen, origin } from './listen.ts'

const account = '111122223333'
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`
const keys = { id: 'AKIADOCTOR0000000001', secret: 'planted/secret+of+the+doctor/00000000Zq9' }
const chinese = { id: 'AKIADOCTOR0000000002', secret: 'planted/secret+of+the+chinese/0000000Zq9' }
const trust = (principal: string) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' },
})
const user = (name: string, { id, secret }: typeof keys) => ({
  name,
  accessKeys: [{ id, secret }],
  mayAssume: ['*'],
})
const roles = [
  { name: 'Open', trust: trust(account), mayAssume: ['*'], maxSessionDuration: 43_200 },
  { name: 'Shut', trust: trust(`arn:aws:iam::${account}:user/somebody`) },
]
const world: World = {
  accounts: [
    {
      id: account,
      users: [user('doctor', keys), user('somebody', { ...keys, id: 'AKIADOCTOR0000000003' })],
      roles,
    },
    { id: '444455556666', partition: 'aws-cn', users: [user('chinese', chinese)] },
  ],
}

let offsetMs = 0
const simulator = await startSimulator({ world, now: () => new Date(Date.now() + offsetMs) })
afterAll(() => simulator.close())

const seenCodes = new Set<string>()
const secrets = new Set([keys.secret, chinese.secret])
const variables = (pair = keys) => ({
  AWS_ACCESS_KEY_ID: pair.id,
  AWS_SECRET_ACCESS_KEY: pair.secret,
})
const section = (pair = keys) =>
  `aws_access_key_id = ${pair.id}\naws_secret_access_key = ${pair.secret}\n`

interface Surroundings {
  readonly env?: Record<string, string>
  readonly config?: string
  readonly credentials?: string
  readonly mode?: number
}

/** Examines with a home folder of its own, against the simulator. */
async function examine(
  { env = {}, config, credentials, mode = 0o600 }: Surroundings,
  options: Partial<ExamineOptions> = {},
): Promise<CredentialReport & { codes: string[]; find: (code: string) => Finding }> {
  const home = await mkdtemp(join(tmpdir(), 'rolecall-doctor-'))
  onTestFinished(() => rm(home, { recursive: true }))
  await mkdir(join(home, '.aws'))
  const files = { config, credentials }
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) continue
    await writeFile(join(home, '.aws', name), text)
    await chmod(join(home, '.aws', name), mode)
  }
  const report = await examineCredentials({
    env: {
      HOME: home,
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_STS: simulator.stsEndpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    ...options,
  })
  const codes = report.findings.map(({ code }) => code)
  for (const code of codes) seenCodes.add(code)
  const text = JSON.stringify(report)
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), secret.slice(0, 12), secret.slice(-12)])
      expect(text).not.toContain(form)
  }
  const find = (code: string) => {
    const found = report.findings.find(each => each.code === code)
    if (found === undefined)
      throw new Error(`${code} is not among ${JSON.stringify(report.findings)}`)
    return found
  }
  return { ...report, codes, find }
}

const outcomes = ({ sources }: CredentialReport) =>
  Object.fromEntries(sources.map(({ name, outcome }) => [name, outcome]))

describe('credentials that work', () => {
  it('of the variables, and what comes after them', async () => {
    const report = await examine({
      env: variables(),
      credentials: `[default]\n${section()}`,
      config:
        '[default]\nrole_arn = arn:aws:iam::111122223333:role/Open\nsource_profile = default\n',
    })
    expect(report).toMatchObject({
      works: true,
      winner: 'env',
      region: 'eu-west-1',
      identity: { arn: `arn:aws:iam::${account}:user/doctor`, account },
    })
    expect(report.codes).toEqual(['profile.shadowed'])
    expect(outcomes(report)).toMatchObject({
      env: 'wins',
      'assume-role': 'not-asked',
      'shared-credentials-file': 'shadowed',
      'container-role': 'not-asked',
    })
    expect(Math.abs(report.clockAheadMs ?? 1e9)).toBeLessThan(2000)
  })

  it('of a role that a profile takes with another one', async () => {
    const report = await examine(
      {
        credentials: `[base]\n${section()}`,
        config: `[profile top]\nrole_arn = ${roleArn('Open')}\nsource_profile = base\n`,
      },
      { profile: 'top' },
    )
    expect(report).toMatchObject({ works: true, winner: 'assume-role', codes: [] })
    expect(report.identity?.arn).toContain(':assumed-role/Open/')
  })

  it('offline: nobody is asked', async () => {
    const env = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }
    const report = await examine({ env, credentials: `[default]\n${section()}` }, { offline: true })
    expect(report).toMatchObject({ works: true, winner: 'shared-credentials-file', codes: [] })
    expect(report.identity).toBeUndefined()
    const config = `[default]\nrole_arn = ${roleArn('Open')}\ncredential_source = Environment\n`
    const role = await examine({ config }, { offline: true })
    expect(role).toMatchObject({ works: true, winner: 'assume-role' })
  })
})

describe('a fault of the keys is named:', () => {
  it('chain.empty', async () => {
    const report = await examine({})
    expect(report).toMatchObject({ works: false, winner: undefined, codes: ['chain.empty'] })
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['empty']))
  })

  it.each([
    [` ${keys.id}`, keys.secret, 'the access key ID of environment variables begins with'],
    [keys.id, `${keys.secret}\n`, 'the secret access key of environment variables ends with'],
    [keys.id, `\u00a0${keys.secret}\u200b`, 'begins and ends with'],
  ])('key.blank %j', async (id, secret, message) => {
    const report = await examine({ env: variables({ id, secret }) })
    expect(report).toMatchObject({ works: false, codes: ['key.blank'] })
    expect(report.find('key.blank').message).toContain(message)
  })

  it('key.quoted', async () => {
    const credentials = `[default]\naws_access_key_id = "${keys.id}"\naws_secret_access_key = "${keys.secret}"\n`
    const report = await examine({ credentials })
    expect(report.works).toBe(false)
    expect(new Set(report.codes)).toEqual(new Set(['key.quoted']))
    expect(report.find('key.quoted').message).toContain('.aws/credentials')
  })

  it('key.character', async () => {
    const secret = keys.secret.replace('+', ' ')
    secrets.add(secret)
    expect((await examine({ env: variables({ id: keys.id, secret }) })).codes).toEqual([
      'key.character',
    ])
  })

  it.each([keys.secret, 'plantedsecretofthedoctorwithoutmarks0000'])(
    'key.swapped, and the secret is not shown as the access key ID: %s',
    async secret => {
      secrets.add(secret)
      const report = await examine({ env: variables({ id: secret, secret: keys.id }) })
      expect(report.works).toBe(false)
      expect(report.codes).toContain('key.swapped')
    },
  )

  it('key.incomplete', async () => {
    const half = { AWS_ACCESS_KEY_ID: keys.id }
    expect((await examine({ env: half })).codes).toEqual(['key.incomplete'])
    const credentials = `[default]\naws_secret_access_key = ${keys.secret}\n`
    const other = await examine({ credentials })
    expect(other.codes).toEqual(['key.incomplete'])
    expect(other.find('key.incomplete').message).toContain('not the access key ID')
  })

  it('key.unknown, key.secret', async () => {
    const unknown = await examine({ env: variables({ ...keys, id: 'AKIAUNKNOWN000000000' }) })
    expect(unknown).toMatchObject({ works: false, winner: 'env', codes: ['key.unknown'] })
    const secret = 'planted/another+secret/of+the+doctor0000'
    secrets.add(secret)
    const wrong = await examine({ env: variables({ ...keys, secret }) })
    expect(wrong).toMatchObject({ works: false, codes: ['key.secret'] })
  })

  it('key.partition, by asking and by the ARN of a role', async () => {
    const report = await examine({ env: variables(chinese) })
    expect(report).toMatchObject({ works: false, codes: ['key.partition'] })
    expect(report.find('key.partition').message).toContain(
      'arn:aws-cn:iam::444455556666:user/chinese',
    )
    const config = `[profile cn]\nrole_arn = arn:aws-cn:iam::444455556666:role/Any\nsource_profile = base\n[profile base]\n${section()}`
    const role = await examine({ config }, { profile: 'cn', offline: true })
    expect(role.codes).toEqual(['key.partition'])
  })

  it('token.missing, token.leftover', async () => {
    const temporary = variables({ ...keys, id: 'ASIADOCTOR0000000001' })
    expect((await examine({ env: temporary })).codes).toContain('token.missing')
    const leftover = { ...variables(), AWS_SESSION_TOKEN: 'planted-token-of-the-doctor' }
    secrets.add(leftover.AWS_SESSION_TOKEN)
    expect((await examine({ env: leftover })).codes).toContain('token.leftover')
  })

  it('token.expired, by its own date and by AWS', async () => {
    const sts = new StsClient({
      region: 'eu-west-1',
      endpoint: simulator.stsEndpoint,
      credentials: { accessKeyId: keys.id, secretAccessKey: keys.secret },
    })
    const { credentials } = await sts.assumeRole({
      roleArn: roleArn('Open'),
      roleSessionName: 'doctor',
      durationSeconds: 900,
    })
    const env = {
      ...variables({ id: credentials.accessKeyId, secret: credentials.secretAccessKey }),
      AWS_SESSION_TOKEN: credentials.sessionToken,
    }
    secrets.add(credentials.secretAccessKey).add(credentials.sessionToken)
    expect(await examine({ env })).toMatchObject({ works: true, codes: [] })
    offsetMs = 1_000_000
    const now = () => new Date(Date.now() + offsetMs)
    const report = await examine({ env }, { now })
    offsetMs = 0
    expect(report).toMatchObject({ works: false, codes: ['token.expired'] })
    const dated = { ...env, AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:00Z' }
    expect((await examine({ env: dated }, { offline: true })).codes).toEqual(['token.expired'])
  })
})

describe('a fault of a source is named:', () => {
  it('source.failed, which ends the chain', async () => {
    const url = await listen((_, response) => response.writeHead(404).end('no'))
    const report = await examine({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/x` } })
    expect(report).toMatchObject({ works: false, codes: ['source.failed'] })
    expect(outcomes(report)).toMatchObject({ 'container-role': 'fails', 'iam-role': 'not-asked' })
  })

  it('instance.hop-limit', async () => {
    const url = await listen(({ message }, response) => {
      // The answer with the token never comes; one without a token is refused.
      if (message.method === 'GET') response.writeHead(401).end()
    })
    const env = {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
      AWS_METADATA_SERVICE_TIMEOUT: '2',
      AWS_METADATA_SERVICE_NUM_ATTEMPTS: '1',
    }
    const report = await examine({ env })
    expect(report).toMatchObject({ works: false, codes: ['instance.hop-limit'] })
    expect(report.find('instance.hop-limit').remedy).toContain('http-put-response-hop-limit')
  })

  it('role.trust, with the principal and the role', async () => {
    const config = `[profile shut]\nrole_arn = ${roleArn('Shut')}\nsource_profile = base\n[profile base]\n${section()}[profile through]\nrole_arn = ${roleArn('Shut')}\nsource_profile = open\n[profile open]\nrole_arn = ${roleArn('Open')}\nsource_profile = base\n`
    const report = await examine({ config }, { profile: 'shut' })
    expect(report).toMatchObject({ works: false, codes: ['role.trust'] })
    expect(report.find('role.trust').remedy).toContain(
      `The trust policy of ${roleArn('Shut')} must allow sts:AssumeRole to the principal "AWS": "arn:aws:iam::${account}:user/doctor"`,
    )
    const through = await examine({ config }, { profile: 'through' })
    // A session is named by its role.
    expect(through.find('role.trust').remedy).toContain(`"AWS": "${roleArn('Open')}"`)
  })

  it('role.chaining, before and by the call', async () => {
    const config = `[profile long]\nrole_arn = ${roleArn('Open')}\nsource_profile = open\nduration_seconds = 7200\n[profile open]\nrole_arn = ${roleArn('Open')}\nsource_profile = base\n[profile base]\n${section()}`
    for (const offline of [true, false]) {
      const report = await examine({ config }, { profile: 'long', offline })
      expect(report).toMatchObject({ works: false, codes: ['role.chaining'] })
      expect(report.find('role.chaining').message).toContain('7200')
    }
  })

  it('role.mfa', async () => {
    const config = `[profile mfa]\nrole_arn = ${roleArn('Open')}\nsource_profile = base\nmfa_serial = arn:aws:iam::${account}:mfa/doctor\n[profile base]\n${section()}`
    const report = await examine({ config }, { profile: 'mfa' })
    expect(report).toMatchObject({ works: false, codes: ['role.mfa'] })
  })
})

describe('a fault of the files is named:', () => {
  it('profile.unknown, with the nearest name', async () => {
    const credentials = `[production]\n${section()}`
    const report = await examine({ credentials }, { profile: 'prodution' })
    expect(report).toMatchObject({ works: false, codes: ['profile.unknown'] })
    expect(report.find('profile.unknown').message).toContain('the nearest is "production"')
    const byVariable = await examine({ credentials, env: { AWS_PROFILE: 'other' } })
    expect(byVariable.codes).toEqual(['profile.unknown'])
    expect(byVariable.find('profile.unknown').message).not.toContain('nearest')
    const config = `[profile a]\nrole_arn = ${roleArn('Open')}\nsource_profile = productio\n`
    const source = await examine({ credentials, config }, { profile: 'a' })
    expect(source.codes).toEqual(['profile.unknown'])
    expect(source.find('profile.unknown').message).toMatch(
      /^source_profile of profile "a".*"production"$/,
    )
  })

  it('profile.unknown or profile.invalid, although AWS takes the keys of the variables', async () => {
    const env = { ...variables(), AWS_PROFILE: 'gone' }
    const unknown = await examine({ env })
    expect(unknown).toMatchObject({ works: false, winner: 'env', identity: { account } })
    expect(unknown.codes).toContain('profile.unknown')
    const broken = await examine({ env: variables(), config: 'no section\n' })
    expect(broken).toMatchObject({ works: false, winner: 'env', codes: ['profile.invalid'] })
    expect(broken.identity).toMatchObject({ account })
  })

  it('profile.cycle', async () => {
    const role = `role_arn = ${roleArn('Open')}\n`
    const config = `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = a\n`
    const report = await examine({ config }, { profile: 'a' })
    expect(report).toMatchObject({ works: false, codes: ['profile.cycle'] })
    expect(report.find('profile.cycle').message).toContain('"a" → "b" → "a"')
  })

  it('profile.shadowed by variables, where programs differ', async () => {
    const surroundings = {
      env: { ...variables(), AWS_PROFILE: 'a' },
      config: `[profile a]\n${section()}`,
    }
    const report = await examine(surroundings)
    expect(report).toMatchObject({ works: true, winner: 'env', codes: ['profile.shadowed'] })
    expect((await examine(surroundings, { profile: 'a' })).codes).toEqual([])
  })

  it('profile.invalid', async () => {
    const config = '[profile a]\nthis is no setting\n'
    const report = await examine({ config })
    expect(report).toMatchObject({ works: false, codes: ['profile.invalid'] })
    expect(report.find('profile.invalid').message).toMatch(/\.aws\/config, line 2/)
    const both = `[profile a]\nrole_arn = ${roleArn('Open')}\nsource_profile = b\ncredential_source = Environment\n[profile b]\n${section()}`
    expect((await examine({ config: both }, { profile: 'a' })).codes).toEqual(['profile.invalid'])
  })

  it('file.permissions', async () => {
    const report = await examine({ credentials: `[default]\n${section()}`, mode: 0o646 })
    expect(report).toMatchObject({ works: true, codes: ['file.permissions'] })
    expect(report.find('file.permissions').message).toMatch(
      /read and write .*credentials \(mode 646\)/,
    )
  })
})

describe('a fault of the place is named:', () => {
  it('region.missing, region.unknown, region.conflict', async () => {
    const env = variables()
    const missing = await examine({ env: { ...env, AWS_REGION: '' } })
    expect(missing).toMatchObject({ works: true, region: undefined, codes: ['region.missing'] })
    const zone = await examine({ env }, { region: 'eu-west-1a' })
    expect(zone).toMatchObject({ works: false, codes: ['region.unknown'] })
    expect(zone.find('region.unknown').remedy).toContain('its region is eu-west-1.')
    const none = await examine({ env }, { region: 'x1y' })
    expect(none.find('region.unknown').remedy).not.toContain('its region is')
    const conflict = await examine({ env: { ...env, AWS_DEFAULT_REGION: 'us-east-1' } })
    expect(conflict).toMatchObject({ works: true, codes: ['region.conflict'] })
    const config = '[default]\nregion = eu-north-1\n'
    expect((await examine({ env: { ...env, AWS_REGION: '' }, config })).region).toBe('eu-north-1')
  })

  it('region.disabled', async () => {
    const url = await listen((_, response) => {
      response.writeHead(403, { 'content-type': 'text/xml' })
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>RegionDisabledException</Code><Message>STS is not activated in this region for account:111122223333.</Message></Error></ErrorResponse>',
      )
    })
    const report = await examine({ env: { ...variables(), AWS_ENDPOINT_URL_STS: url } })
    expect(report).toMatchObject({ works: false, codes: ['region.disabled'] })
    expect(report.find('region.disabled').message).toContain('eu-west-1')
  })

  it('clock.skew: nothing, a warning beyond 5 minutes, an error beyond 15', async () => {
    for (const [minutes, severity, works] of [
      [4, undefined, true],
      [-10, 'warning', true],
      [20, 'error', false],
    ] as const) {
      offsetMs = minutes * 60_000
      const report = await examine({ env: variables() }).finally(() => {
        offsetMs = 0
      })
      const found = report.findings.find(({ code }) => code === 'clock.skew')
      expect([minutes, found?.severity, report.works]).toEqual([minutes, severity, works])
      const direction = minutes > 0 ? `${minutes} minutes behind` : `${-minutes} minutes ahead of`
      if (found !== undefined) expect(found.message).toContain(direction)
    }
  })

  it('endpoint.plain, but not on this machine', async () => {
    const env = { ...variables(), AWS_ENDPOINT_URL_STS: 'http://sts.example.com' }
    const report = await examine({ env }, { offline: true })
    expect(report.codes).toEqual(['endpoint.plain'])
    const config =
      '[default]\nservices = own\n[services own]\nsts =\n  endpoint_url = http://sts.example.com\n'
    const inFile = await examine({ env: variables(), config }, { offline: true })
    expect(inFile.find('endpoint.plain').message).toContain('[services own]')
  })

  it('endpoint.invalid, without what stands in it', async () => {
    const password = 'planted-password-00000000'
    secrets.add(password)
    const env = variables()
    const proxy = await examine({ env: { ...env, HTTPS_PROXY: `http://user:${password}@@:x` } })
    expect(proxy).toMatchObject({ works: false, codes: ['endpoint.invalid'], endpoint: undefined })
    expect(proxy.find('endpoint.invalid').message).toContain('HTTPS_PROXY')
    const url = `https://user:${password}@sts.example.com/`
    const endpoint = await examine({ env: { ...env, AWS_ENDPOINT_URL_STS: url } })
    expect(endpoint).toMatchObject({ works: false, endpoint: undefined, winner: 'env' })
    expect(endpoint.find('endpoint.invalid').message).toContain('AWS_ENDPOINT_URL')
    const query = { ...env, AWS_ENDPOINT_URL_STS: `http://127.0.0.1:1/sts?token=${password}` }
    const asked = await examine({ env: query })
    expect(asked).toMatchObject({ endpoint: 'http://127.0.0.1:1/sts' })
  })

  it('endpoint.region, by its name and by its answer', async () => {
    const env = { ...variables(), AWS_ENDPOINT_URL_STS: 'https://sts.us-east-1.amazonaws.com' }
    expect((await examine({ env }, { offline: true })).codes).toEqual(['endpoint.region'])
    const url = await listen(({ message, body }, response) => {
      try {
        verifySignedRequest(
          { method: 'POST', path: message.url ?? '', headers: message.headersDistinct, body },
          {
            now: new Date(),
            service: 'sts',
            regions: ['us-east-1'],
            findCredentials: () => ({ secretAccessKey: keys.secret }),
          },
        )
        response.writeHead(200).end()
      } catch (error) {
        const { code, message: text } = error as AwsError
        response.writeHead(403, { 'content-type': 'text/xml' })
        response.end(
          `<ErrorResponse><Error><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`,
        )
      }
    })
    const report = await examine({ env: { ...variables(), AWS_ENDPOINT_URL_STS: url } })
    expect(report).toMatchObject({ works: false, codes: ['endpoint.region'] })
  })

  const tls = async (name: string) => {
    const made = selfSigned(name)
    const server = createServer(made, (_, response) => response.end())
    const url = (await origin(server)).replace('http:', 'https:')
    const folder = await mkdtemp(join(tmpdir(), 'rolecall-ca-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const bundle = join(folder, 'ca.pem')
    await writeFile(bundle, made.cert)
    return { url, bundle }
  }

  it('endpoint.certificate', async () => {
    const { url, bundle } = await tls('DNS:sts.example.com')
    const env = { ...variables(), AWS_ENDPOINT_URL_STS: url, AWS_CA_BUNDLE: bundle }
    expect(await examine({ env })).toMatchObject({ works: false, codes: ['endpoint.certificate'] })
  })

  it('endpoint.intercepted', async () => {
    const { url } = await tls('IP:127.0.0.1')
    const report = await examine({ env: { ...variables(), AWS_ENDPOINT_URL_STS: url } })
    expect(report).toMatchObject({ works: false, codes: ['endpoint.intercepted'] })
    expect(report.find('endpoint.intercepted').remedy).toContain('AWS_CA_BUNDLE')
  })

  it('endpoint.page, with the proxy that it came through', async () => {
    const url = await listen((_, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<h1>Sign in</h1>')
    })
    const { host } = new URL(url)
    const env = {
      ...variables(),
      AWS_ENDPOINT_URL_STS: 'http://sts.example.com',
      HTTP_PROXY: `http://me:planted-password@${host}`,
      http_proxy: `http://me:planted-password@${host}`,
    }
    secrets.add('planted-password')
    const report = await examine({ env })
    expect(report.works).toBe(false)
    expect(report.find('endpoint.page').message).toContain(
      `sts.example.com, through the proxy ${host},`,
    )
  })

  it('endpoint.unreachable', async () => {
    const env = { ...variables(), AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }
    const report = await examine({ env })
    expect(report).toMatchObject({ works: false, winner: 'env', codes: ['endpoint.unreachable'] })
  })
})

it('every finding of the table has been made real above', () => {
  expect([...seenCodes].sort()).toEqual(Object.keys(credentialFindings).sort())
})
