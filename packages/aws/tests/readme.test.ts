import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { describe, expect, it } from 'vitest'
import * as aws from '../src/index.ts'
import { selfSigned } from './certificate.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const sections = new Map(
  readme.split(/^## /m).map(text => [text.slice(0, text.indexOf('\n')), text] as const),
)
const tested = new Set<string>()

/** The example of a section. */
function example(title: string): string {
  tested.add(title)
  const [, code] = /```ts\n(.*?)```/s.exec(sections.get(title) ?? '') ?? []
  if (code === undefined) throw new Error(`the README has no example below "${title}"`)
  return code
}

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiration: new Date('2126-01-02T04:04:05Z'),
}

const source = { get: async () => credentials, describe: () => 'a source' }
const token = 'a-token-of-more-than-thirty-two-characters'

/** The session that a call asks for. */
const assumeRoleAnswer = (body: aws.HttpRequest['body']) => {
  const asked = new URLSearchParams(String(body))
  const [, , , , account, role] = (asked.get('RoleArn') ?? '').split(':')
  return `<AssumeRoleResponse><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::${account}:assumed-${role}/${asked.get('RoleSessionName')}</Arn><AssumedRoleId>AROA:a</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2126-01-02T04:04:05Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`
}

const callerIdentityAnswer = `<GetCallerIdentityResponse><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`

/** Runs an example with these exports in place of the package's, and gives the named variables. */
async function run(code: string, results: string, replaced: object = {}) {
  const body = code.replace(/^import \{(.*?)\} from '@rolecall\/aws'$/m, 'const {$1} = aws')
  const given = body.includes('const { credentials') ? '{}' : '{ credentials, source, token }'
  const script = `async (aws, ${given}) => {${body}\nreturn { ${results} }}`
  const start: unknown = new Function(`return ${stripTypeScriptTypes(script)}`)()
  if (typeof start !== 'function') throw new TypeError('the example is not a function')
  return await start({ ...aws, ...replaced }, { credentials, source, token })
}

describe('the examples of the README', () => {
  it('take a role', async () => {
    const asked: aws.HttpRequest[] = []
    const http: aws.HttpSend = async request => {
      asked.push(request)
      return { status: 200, headers: {}, body: assumeRoleAnswer(request.body) }
    }
    class StsClient extends aws.StsClient {
      constructor(options: aws.StsClientOptions) {
        super({ ...options, http })
      }
    }
    const profileCredentials = () =>
      aws.staticCredentials({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' })
    const result = await run(example('Take a role'), 'credentials, assumedRoleUser', {
      StsClient,
      profileCredentials,
    })
    expect(result.credentials).toEqual(credentials)
    expect(asked[0]?.body).toContain('RoleSessionName=alice%40example.com')
  })

  it('find credentials', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 's' }
    const asked: aws.HttpRequest[] = []
    const http: aws.HttpSend = async request => {
      asked.push(request)
      return { status: 200, headers: {}, body: assumeRoleAnswer(request.body) }
    }
    const said: string[] = []
    const result = await run(
      example('Find credentials')
        .replace('process.env', 'aws.env')
        .replace('console.log', 'aws.say'),
      'keys',
      {
        defaultCredentialChain: (options: aws.ProfileOptions) =>
          aws.defaultCredentialChain({ ...options, env }),
        roleCredentials: (options: aws.RoleCredentialsOptions) =>
          aws.roleCredentials({ ...options, sts: { ...options.sts, http } }),
        env,
        say: (text: string) => said.push(text),
      },
    )
    expect(result.keys).toEqual({ ...credentials, accountId: '123456789012' })
    expect(asked[0]?.headers.authorization).toContain('Credential=AKIDEXAMPLE/')
    expect(said[0]).toBe(
      `role arn:aws:iam::123456789012:role/Deployer through ${aws.environmentCredentials(env).describe()}`,
    )
  })

  it('open the console', async () => {
    const consoleSignInUrl = (options: aws.ConsoleSignInOptions) =>
      aws.consoleSignInUrl({
        ...options,
        http: async () => ({ status: 200, headers: {}, body: '{"SigninToken":"t"}' }),
      })
    const { url } = await run(example('Open the console'), 'url', { consoleSignInUrl })
    expect(url).toMatch(
      /^https:\/\/signin\.aws\.amazon\.com\/federation\?Action=login&.*&SigninToken=t$/,
    )
  })

  it('sign and verify', async () => {
    const result = await run(example('Sign and verify'), 'headers, link, accessKeyId')
    expect(result.accessKeyId).toBe('ASIAEXAMPLE')
    expect(result.link).toContain('X-Amz-Signature=')
  })

  it('make signed requests', async () => {
    const sent: aws.HttpRequest[] = []
    const http: aws.HttpSend = async request => {
      sent.push(request)
      return { status: 200, headers: {}, body: assumeRoleAnswer(request.body) }
    }
    const createSignedClient = (options: aws.SignedClientOptions) =>
      aws.createSignedClient({
        ...options,
        http,
        stsHttp: http,
        log: () => undefined,
        credentials: aws.staticCredentials({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' }),
      })
    const result = await run(example('Make signed requests'), 'headers, answer', {
      createSignedClient,
    })
    expect(result.headers.authorization).toContain('Credential=ASIAEXAMPLE/')
    expect(sent.map(({ url }) => url)).toEqual([
      'https://sts.eu-central-1.amazonaws.com',
      'https://sts.eu-central-1.amazonaws.com',
      'https://api.example.com/devices?site=3',
    ])
  })

  it('stream a body', async () => {
    const code = example('Bodies that are not there yet')
    const { received, trailers } = await run(code, 'received, trailers')
    expect(received).toHaveLength(150_000)
    expect(Object.keys(trailers)).toEqual(['x-amz-checksum-crc32'])
  })

  it('hand credentials to SDKs', async () => {
    const result = await run(example('Hand credentials to SDKs'), 'status, headers, body')
    expect(result.status).toBe(200)
    expect(JSON.parse(result.body)).toMatchObject({ AccessKeyId: 'ASIAEXAMPLE' })
  })

  it('read accounts and roles', async () => {
    const role =
      '<Path>/team/</Path><RoleName>Admin</RoleName><Arn>arn:aws:iam::123456789012:role/team/Admin</Arn>'
    const http: aws.HttpSend = async ({ body }) => {
      const action = new URLSearchParams(String(body)).get('Action')
      const answer =
        action === 'ListRoles'
          ? `<ListRolesResponse><ListRolesResult><Roles><member>${role}</member></Roles></ListRolesResult></ListRolesResponse>`
          : action === 'ListRoleTags'
            ? '<ListRoleTagsResponse><ListRoleTagsResult><Tags><member><Key>team</Key><Value>core</Value></member></Tags></ListRoleTagsResult></ListRoleTagsResponse>'
            : '{"Accounts":[{"Id":"123456789012","Name":"Production","State":"ACTIVE"}]}'
      return { status: 200, headers: {}, body: answer }
    }
    const result = await run(example('Read accounts and roles'), 'accounts, roles, tags', {
      createIamReader: (options: aws.ReaderOptions) => aws.createIamReader({ ...options, http }),
      createOrganizationsReader: (options: aws.ReaderOptions) =>
        aws.createOrganizationsReader({ ...options, http }),
    })
    expect(result).toMatchObject({
      accounts: [{ id: '123456789012', name: 'Production', isActive: true }],
      roles: [{ arn: 'arn:aws:iam::123456789012:role/team/Admin', path: '/team/' }],
      tags: { team: 'core' },
    })
  })

  it('find out what is wrong', async () => {
    const examineCredentials = (options: aws.ExamineOptions) =>
      aws.examineCredentials({ ...options, env: { HOME: '/nonexistent' }, offline: true })
    const { report, problems } = await run(example('Find out what is wrong'), 'report, problems', {
      examineCredentials,
    })
    expect(report).toMatchObject({ profile: 'prod', region: 'eu-central-1', works: false })
    expect(problems).toEqual([expect.stringMatching(/^profile\.unknown: .*"prod".*\. Correct/)])
  })

  it('reach AWS from a closed network', async () => {
    const authorities = selfSigned('DNS:sts.eu-central-1.amazonaws.com').cert
    const asked: string[] = []
    const proxies: unknown[] = []
    const createHttpSend = (options: aws.HttpClientOptions): aws.HttpSend => {
      aws.createHttpSend(options)
      proxies.push(options.proxy)
      return async ({ url }) => {
        asked.push(url)
        return { status: 200, headers: {}, body: callerIdentityAnswer }
      }
    }
    const code = example('Reach AWS from a closed network').replaceAll('process.env', 'env')
    const env = { PROXY_PASSWORD: 'p', HTTPS_PROXY: 'http://other.example.com:8080' }
    const given = `const env = ${JSON.stringify(env)}, authorities = ${JSON.stringify(authorities)}\n`
    const result = await run(given + code, 'arn, byEnvironment', { createHttpSend })
    expect(result.arn).toBe('arn:aws:iam::123456789012:user/a')
    expect(asked).toEqual(['https://sts.eu-central-1.amazonaws.com/'])
    expect(proxies).toMatchObject([{ password: 'p' }, { https: env.HTTPS_PROXY }])
  })

  it('name things as they say', () => {
    const lines = [...example('Names').matchAll(/^(\w+\(.*) \/\/ '(.*)'$/gm)]
    expect(lines).toHaveLength(4)
    for (const [, call, expected] of lines) {
      expect(new Function('aws', `with (aws) { return ${call} }`)(aws)).toBe(expected)
    }
  })

  it('are all tested', () => {
    const withExample = [...sections].filter(([, text]) => text.includes('```ts'))
    expect([...tested].sort()).toEqual(withExample.map(([title]) => title).sort())
    expect(readme.match(/```ts/g)).toHaveLength(tested.size)
  })
})
