import { readFileSync, writeFileSync } from 'node:fs'
import { issueResponse } from '@rolecall/saml'
import { createVisitor, startSimulator } from '@rolecall/simulator'
import { afterAll, describe, expect, test } from 'vitest'
import { inProcess } from './support/in-process.ts'
import { directoryWith, rolecall } from './support/rolecall.ts'

const simulator = await startSimulator()
afterAll(() => simulator.close())

const attribute = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
const account = 'arn:aws:iam::100000000002'

/** What a person copies from the developer tools: the response of the company's IdP for these roles. */
function response(...roles: readonly string[]): string {
  const pairs = roles.map(role => `${account}:role/${role},${account}:saml-provider/company`)
  const xml = issueResponse(
    {
      idp: { entityId: simulator.idp.entityId },
      sp: { entityId: 'urn:amazon:webservices', acsUrl: 'https://signin.aws.amazon.com/saml' },
      subject: { nameId: 'alice', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
      attributes: [
        [attribute('Role'), pairs],
        [attribute('RoleSessionName'), 'alice'],
      ],
      now: new Date(),
    },
    { key: simulator.idp.signingKey, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}

function company() {
  const home = directoryWith({
    config: `[work]
provider = Browser
url = ${simulator.idp.url}/sso/start?sp=urn:amazon:webservices
region = eu-central-1

[accounts]
100000000002 = prod
`,
  })
  const env = {
    HOME: home,
    PATH: home,
    ROLECALL_CONFIG: `${home}/config`,
    ROLECALL_STATE: `${home}/state`,
    ROLECALL_KEYRING: 'file',
    AWS_ENDPOINT_URL_STS: simulator.stsEndpoint,
    AWS_ENDPOINT_URL_IAM: simulator.url,
    AWS_ENDPOINT_URL_SIGNIN: simulator.url,
  }
  return (
    parameters: readonly string[],
    input = '',
    more: Readonly<Record<string, string>> = {},
    verb = 'console',
  ) => inProcess([verb, ...parameters], input, { ...env, ...more })
}

describe('rolecall console', () => {
  test('--exec-profile opens it with the keys that the profile gives', async () => {
    const console = company()
    const roles = response('ReadOnly', 'Administrator')
    const written = ['prod/readonly', '--paste', '--write', '-p', 'second']
    expect(await console(written, roles, {}, 'login')).toMatchObject({ code: 0 })
    const asked = ['prod/administrator', '--link', '--paste', '--exec-profile', 'second']
    const { code, out, err } = await console(asked, roles)
    expect({ code, err }).toMatchObject({ code: 0 })
    const { body } = await createVisitor().get(out.trim())
    expect([body.includes('ReadOnly'), body.includes('Administrator')]).toEqual([true, false])
  })

  test('prints a link that signs in to the console, and nothing else on standard output', async () => {
    const console = company()
    const asked = ['prod/readonly', '--link', '--paste', '--service', 'ec2']
    const { code, out, err } = await console(asked, response('ReadOnly', 'Administrator'))
    expect({ code, err }).toMatchObject({ code: 0 })
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/federation\?Action=login&\S+\n$/)
    expect(new URL(out).searchParams.get('Destination')).toBe(
      'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1',
    )
    const page = await createVisitor().get(out.trim())
    expect(page.body).toContain('ReadOnly')
    // A secret: what is said to the person does not have it.
    expect(err).not.toContain('SigninToken')
    expect(err).not.toContain('Action=login')

    // The keys are there now: nobody signs in again.
    const again = await console(['prod/readonly', '--json', '--region', 'eu-west-1'])
    expect(again.code).toBe(0)
    const document: unknown = JSON.parse(again.out)
    expect(document).toMatchObject({
      roleArn: `${account}:role/ReadOnly`,
      accountId: '100000000002',
      account: 'prod',
      url: expect.stringContaining('Destination=https%3A%2F%2Feu-west-1.console.aws.amazon.com'),
    })
  })

  test('hands the link to a browser without naming it in its arguments', async () => {
    const console = company()
    const opened = directoryWith({})
    const browser = `${process.execPath} ${opened}/browser.mjs %s`
    writeFileSync(
      `${opened}/browser.mjs`,
      `import { writeFileSync } from 'node:fs'
const answer = await fetch(process.argv[2], { redirect: 'manual' })
writeFileSync('${opened}/seen', JSON.stringify({ asked: process.argv[2], led: answer.headers.get('location') }))
`,
    )
    const more = { BROWSER: browser, DISPLAY: ':0' }
    const { code, out, err } = await console(
      ['prod/readonly', '--paste'],
      response('ReadOnly'),
      more,
    )
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain('The console opens with prod/ReadOnly.')
    await expect
      .poll(() => {
        const seen: unknown = JSON.parse(readFileSync(`${opened}/seen`, 'utf8'))
        return seen
      })
      .toEqual({
        asked: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/),
        led: expect.stringContaining(`${simulator.url}/federation?Action=login`),
      })
  })

  test.each([
    [['prod/readonly'], '', 12, 'no browser can be opened here'],
    [['prod/readonly', '--link'], '', 12, 'browser'],
    [['prod/nothing', '--link', '--paste'], 'ok', 14, 'nothing'],
    [['prod/readonly', '--link', '--paste'], 'bad', 15, 'no SAML response that AWS would take'],
    [
      ['prod/readonly', '--link', '--paste', '--destination', 'https://evil.example/'],
      'ok',
      2,
      'no page',
    ],
    [['prod/readonly', '--link', '--duration', '60'], '', 2, 'from 900 to 43200'],
  ])('%j with %j ends with %i', async (parameters, input, code, words) => {
    const console = company()
    const text = input === 'ok' ? response('ReadOnly') : input
    const outcome = await console(parameters, text)
    expect(outcome).toMatchObject({ code, out: '' })
    expect(outcome.err).toContain(words)
  })

  test('asks nobody to sign in for a browser that is not there', async () => {
    const console = company()
    const display = { DISPLAY: ':0' }
    const named = await console(['prod/readonly', '--browser', 'librewolf'], '', display)
    expect(named).toMatchObject({ code: 2, out: '' })
    expect(named.err).toContain('the browser "librewolf" is not installed here')
    const own = await console(['prod/readonly', '--container', '--browser', 'vivaldi'], '', display)
    expect(own).toMatchObject({ code: 2, out: '' })
    expect((await console(['prod/readonly'], '', display)).code).toBe(12)
  })

  test('shows how it is called', async () => {
    const { out } = await rolecall(['console', '--help'])
    expect(out).toContain('rolecall console prod/admin --service ec2 --region eu-central-1')
  })
})
