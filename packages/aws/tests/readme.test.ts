import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { describe, expect, it } from 'vitest'
import * as aws from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiration: new Date('2126-01-02T04:04:05Z'),
}

const assumeRoleAnswer = `<AssumeRoleResponse><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com</Arn><AssumedRoleId>AROA:a</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2126-01-02T04:04:05Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`

/** Runs an example with these exports in place of the package's, and gives the named variables. */
async function run(code: string, results: string, replaced: object = {}) {
  const body = code.replace(/^import \{(.*?)\} from '@rolecall\/aws'$/m, 'const {$1} = aws')
  const given = body.includes('const { credentials') ? '{}' : '{ credentials }'
  const script = `async (aws, ${given}) => {${body}\nreturn { ${results} }}`
  const start: unknown = new Function(`return ${stripTypeScriptTypes(script)}`)()
  if (typeof start !== 'function') throw new TypeError('the example is not a function')
  return await start({ ...aws, ...replaced }, { credentials })
}

describe('the examples of the README', () => {
  it('are five', () => {
    expect(examples).toHaveLength(5)
  })

  it('take a role', async () => {
    const asked: aws.HttpRequest[] = []
    const http: aws.HttpSend = async request => {
      asked.push(request)
      return { status: 200, headers: {}, body: assumeRoleAnswer }
    }
    class StsClient extends aws.StsClient {
      constructor(options: aws.StsClientOptions) {
        super({ ...options, http })
      }
    }
    const profileCredentials = () =>
      aws.staticCredentials({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' })
    const result = await run(examples[0] ?? '', 'credentials, assumedRoleUser', {
      StsClient,
      profileCredentials,
    })
    expect(result.credentials).toEqual(credentials)
    expect(asked[0]?.body).toContain('RoleSessionName=alice%40example.com')
  })

  it('open the console', async () => {
    const consoleSignInUrl = (options: aws.ConsoleSignInOptions) =>
      aws.consoleSignInUrl({
        ...options,
        http: async () => ({ status: 200, headers: {}, body: '{"SigninToken":"t"}' }),
      })
    const { url } = await run(examples[1] ?? '', 'url', { consoleSignInUrl })
    expect(url).toMatch(
      /^https:\/\/signin\.aws\.amazon\.com\/federation\?Action=login&.*&SigninToken=t$/,
    )
  })

  it('sign and verify', async () => {
    const result = await run(examples[2] ?? '', 'headers, link, accessKeyId')
    expect(result.accessKeyId).toBe('ASIAEXAMPLE')
    expect(result.link).toContain('X-Amz-Signature=')
  })

  it('stream a body', async () => {
    const { received, trailers } = await run(examples[3] ?? '', 'received, trailers')
    expect(received).toHaveLength(150_000)
    expect(Object.keys(trailers)).toEqual(['x-amz-checksum-crc32'])
  })

  it('name things as they say', () => {
    const lines = [...(examples[4] ?? '').matchAll(/^(\w+\(.*) \/\/ '(.*)'$/gm)]
    expect(lines).toHaveLength(4)
    for (const [, call, expected] of lines) {
      expect(new Function('aws', `with (aws) { return ${call} }`)(aws)).toBe(expected)
    }
  })
})
