/**
 * The requests that AFP's own clients send, header for header, and what they read of the answers.
 * `npm run interop -- afp-cli` runs the real command; this holds every build to it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  broken,
  type FederationGateway,
  password,
  people,
  type RawAnswer,
  startFederationGateway,
  web,
} from './support.ts'

let at: FederationGateway
beforeAll(async () => {
  at = await startFederationGateway()
})
afterAll(() => at.close())

/** What Python's `requests` adds; the cookie jar sends nothing as long as nobody sets a cookie. */
const commandHeaders = {
  'user-agent': 'afp-cli/1.0.6',
  'accept-encoding': 'gzip, deflate',
  accept: '*/*',
  connection: 'keep-alive',
}

/** `afp` and `afpv2`: the text of an answer, or the words in which the command fails. */
async function callApi(suffix: string, who = { user: 'alice', password }): Promise<string> {
  const answer: RawAnswer = await at.send(people + suffix, { ...who, headers: commandHeaders })
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.headers['content-encoding']).toBeUndefined()
  if (answer.status === 200) return answer.body
  if (answer.status === 401) throw new Error('401 Unauthorized')
  throw new Error(JSON.parse(answer.body).message)
}

const accounts = async (): Promise<Record<string, string[]>> =>
  JSON.parse(await callApi('/account'))

/** The variables that `show`, `export`, `write` and `shell` make of an answer. */
async function variablesOf(account: string, role: string) {
  const document = JSON.parse(
    await callApi(`/account/${encodeURIComponent(account)}/${encodeURIComponent(role)}`),
  )
  const until = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(document.Expiration)
  expect(until).not.toBeNull()
  return {
    AWS_ACCESS_KEY_ID: document.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: document.SecretAccessKey,
    AWS_SESSION_TOKEN: document.Token,
    AWS_SECURITY_TOKEN: document.Token,
    AWS_EXPIRATION_DATE: document.Expiration,
    AWS_VALID_SECONDS: Math.floor(
      (Date.parse(document.Expiration) - at.clock.now.getTime()) / 1000,
    ),
    AWS_ACCOUNT_NAME: account,
    AWS_ASSUMED_ROLE: role,
  }
}

describe.each([
  ['afp', 'afp', 'afp sandbox Developer'],
  ['afpv2', 'afpv2 list', 'afpv2 show sandbox Developer'],
])('%s', (_command, list, take) => {
  test(`${list}: account names and role names to sort`, async () => {
    const lines = Object.entries(await accounts()).map(([name, roles]) => [name, ...roles.sort()])
    expect(lines.sort().map(line => line.join(','))).toEqual([
      'prod,ReadOnly',
      'sandbox,Administrator,Developer',
    ])
  })

  test(`${take}, and export, write and shell: all variables have a value, for about an hour`, async () => {
    const variables = await variablesOf('sandbox', 'Developer')
    for (const value of Object.values(variables)) expect(String(value)).toMatch(/^[\x21-\x7e]+$/)
    expect(variables.AWS_VALID_SECONDS).toBeGreaterThan(3500)
    expect(variables.AWS_VALID_SECONDS).toBeLessThanOrEqual(3600)
  })
})

describe('both commands', () => {
  test('take the alphabetically first role when none is named', async () => {
    const [role] = ((await accounts()).sandbox ?? []).sort()
    expect(role).toBe('Administrator')
    expect((await variablesOf('sandbox', role ?? '')).AWS_ASSUMED_ROLE).toBe('Administrator')
  })

  test('show the message of a refusal, and 401 by itself', async () => {
    await expect(variablesOf('##..##', '??..??')).rejects.toThrow(/^Permission Denied$/)
    const wrong = { user: 'alice', password: 'another long password' }
    await expect(callApi('/account', wrong)).rejects.toThrow('401 Unauthorized')
  })
})

describe('afp-web', () => {
  /** A page of our own address: a browser adds these, and the password that it asked for. */
  const pageHeaders = {
    'user-agent': 'Mozilla/5.0',
    accept: 'application/json, text/plain, */*',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
  }
  const page = (path: string) => at.asAlice(people + path, { headers: pageHeaders })

  test('lists accounts with ids, and shows who that is for', async () => {
    const answer = await page('/account?withid')
    expect(JSON.parse(answer.body)).toEqual({
      prod: { id: '100000000002', roles: ['ReadOnly'] },
      sandbox: { id: '100000000004', roles: ['Administrator', 'Developer'] },
    })
    expect(answer.headers['x-username']).toBe('alice')
  })

  test('shows keys, and opens a console that comes back to its page', async () => {
    const keys = JSON.parse((await page('/account/sandbox/Developer/credentials')).body)
    expect(Object.keys(keys)).not.toContain('ConsoleUrl')
    const back = 'https://afp.example.com/#/console/sandbox/Developer'
    const answer = await page(
      `/account/sandbox/Developer/consoleurl?callbackurl=${encodeURIComponent(back)}`,
    )
    expect(answer.status).toBe(200)
    expect(new URL(answer.body).searchParams.get('Issuer')).toBe(back)
    expect(answer.body).not.toMatch(/\s/)
  })

  test('is asked for the password again when it shows a wrong one', async () => {
    const answer = await at.send(`${people}/account?withid`, { headers: pageHeaders })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
  })
})

describe('alppaca', () => {
  /** It asks below /latest, reads lines of role names, and keeps each document as it came. */
  async function poll(from: string): Promise<Map<string, string>> {
    const path = '/latest/meta-data/iam/security-credentials/'
    const headers = { 'user-agent': 'python-requests/2.31.0', accept: '*/*' }
    const list = await at.send(path, { from, headers })
    const roles = list.status === 200 ? list.body.split('\n').filter(role => role !== '') : []
    const documents = new Map<string, string>()
    for (const role of roles) {
      const answer = await at.send(path + role, { from, headers })
      if (answer.status === 200) documents.set(role, answer.body)
    }
    return documents
  }

  test('gets the one role of its host, in a form that the AWS SDKs read', async () => {
    const documents = await poll(web.address)
    expect([...documents.keys()]).toEqual(['Developer'])
    const document = JSON.parse(documents.get('Developer') ?? '')
    expect(document).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC' })
    expect(Date.parse(document.Expiration)).toBeGreaterThan(at.clock.now.getTime())
  })

  test('has no roles for a role that AWS does not give, and for a host without one', async () => {
    expect(await poll(broken.address)).toEqual(new Map())
    expect(await poll('127.0.0.99')).toEqual(new Map())
  })
})
