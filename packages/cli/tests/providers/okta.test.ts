import { httpSend } from '@rolecall/aws'
import { oneTimeCode, type Simulator } from '@rolecall/simulator'
import { describe, expect, it } from 'vitest'
import { okta } from '../../src/providers/okta/index.ts'
import { connectionTo, memory, type Surroundings, signInParts } from '../support/sign-in-parts.ts'
import { softwareKey } from '../support/software-key.ts'
import {
  adminRole,
  expectKeys,
  otherSeed,
  runWorld,
  seed,
  worldOf,
} from '../support/tenant-world.ts'

const [key, second] = [softwareKey(), softwareKey()]
const keyOf = ({ authenticator: { credentialId, publicKey } }: typeof key) => ({
  ...{ id: credentialId, publicKey },
})
const roles = [adminRole]
const google = { label: 'Google', secret: seed }
const sms = { to: '+1 XXX-XXX-1234', code: '111222' }
const people = [
  { username: 'alice', roles },
  { username: 'bob', roles, totp: [google, { label: 'Okta Verify', secret: otherSeed }] },
  { username: 'carol', roles, push: { number: 42, polls: 2 } },
  { username: 'rita', roles, push: { answer: 'reject' as const } },
  { username: 'ivo', roles, push: { answer: 'ignore' as const, polls: 0 } },
  { username: 'sam', roles, sms },
  { username: 'mia', roles, email: { to: 'm…a@example.com', code: '333444' } },
  { username: 'cal', roles, call: { to: '+1 XXX-XXX-9', code: '555666' } },
  { username: 'quinn', roles, question: { text: 'First pet?', answer: 'rex' } },
  { username: 'yara', roles, hardwareToken: { provider: 'YUBICO' as const, code: 'cccccccc' } },
  { username: 'frank', roles, securityKeys: [keyOf(key)] },
  { username: 'fred', roles, securityKeys: [keyOf(second), keyOf(key)] },
  { username: 'dan', roles, duo: true },
  { username: 'mix', roles, totp: [google], sms, push: {} },
  { username: 'lou', roles, status: 'LOCKED_OUT' as const },
  { username: 'eva', roles, status: 'PASSWORD_EXPIRED' as const },
  { username: 'will', roles, status: 'PASSWORD_WARN' as const },
  { username: 'nina', roles, status: 'MFA_ENROLL' as const },
]
const names = people.map(({ username }) => username)
const classic = await runWorld(worldOf(names, { okta: { people } }))
const stepUp = await runWorld(worldOf(names, { okta: { people, stepUp: true } }))
const closed = await runWorld(worldOf(names, { okta: { people, sessionsApi: false } }))
const identity = await runWorld(worldOf(names, { okta: { people, engine: 'identity' } }))

type More = Parameters<typeof connectionTo>[2]

function signIn(simulator: Simulator, username: string, given: Surroundings = {}, more: More = {}) {
  const passwords = given.passwords ?? [`secret of ${username}`]
  const run = signInParts({ username, ...given, passwords })
  const url = `${simulator.idp.url}/home/amazon_aws/0oasimulated/272`
  return { ...run, done: okta.signIn(connectionTo('Okta', url, more), run.parts) }
}

describe('Okta: a word that every object of JavaScript has', () => {
  const answers = (change: object) => async (request: Parameters<typeof httpSend>[0]) => {
    const answer = await httpSend(request)
    if (!request.url.endsWith('/api/v1/authn')) return answer
    return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), ...change }) }
  }

  it('is a status that is not known', async () => {
    const send = answers({ status: 'constructor' })
    await expect(signIn(classic, 'alice', { send }).done).rejects.toMatchObject({
      ...{ reason: 'provider', message: 'Okta has a step that is not known here: constructor' },
    })
  })

  it('is a factor that is not known', async () => {
    const factors = [
      { factorType: 'toString', provider: 'constructor', _links: { verify: { href: '/verify' } } },
    ]
    const send = answers({ status: 'MFA_REQUIRED', stateToken: 'x', _embedded: { factors } })
    await expect(signIn(classic, 'alice', { send }).done).rejects.toMatchObject({
      ...{ reason: 'provider', message: expect.stringContaining('constructor toString') },
    })
  })
})

describe('Okta: the password', () => {
  it('gives a response that STS takes', async () => {
    const { done, requests } = signIn(classic, 'alice')
    await expectKeys(classic, await done, 'alice')
    expect(requests).toEqual([
      'GET /login/default',
      'POST /api/v1/authn',
      'POST /api/v1/sessions',
      'GET /home/amazon_aws/0oasimulated/272',
    ])
  })

  it('is asked for again, three times at most', async () => {
    const { done, seen } = signIn(classic, 'alice', { passwords: ['no', 'secret of alice'] })
    await expectKeys(classic, await done, 'alice')
    expect(seen).toEqual(['- Okta: Authentication failed'])
    const never = signIn(classic, 'alice', { passwords: ['1', '2', '3', '4'] })
    await expect(never.done).rejects.toMatchObject({ reason: 'signInRefused' })
  })

  it.each([
    ['lou', 'Okta has locked your account'],
    ['eva', 'your password has expired: choose a new one'],
    ['nina', 'Okta wants you to set up a second factor'],
  ])('of %s: %s', async (username, message) => {
    const { done } = signIn(classic, username)
    await expect(done).rejects.toMatchObject({ reason: 'signInRefused', message })
  })

  it('that expires soon is told, and taken', async () => {
    const { done, seen } = signIn(classic, 'will')
    await expectKeys(classic, await done, 'will')
    expect(seen).toEqual(['- Okta: your password expires soon'])
  })
})

describe('Okta: the second factor', () => {
  const codeOf = (secret: string) => () => oneTimeCode(secret, new Date())

  it('is a code of the app that the person chooses, or that mfa names', async () => {
    const script = { choices: ['Google Authenticator: code'], codes: ['000000', codeOf(seed)] }
    const { done, seen } = signIn(classic, 'bob', { script })
    await expectKeys(classic, await done, 'bob')
    expect(seen).toEqual([
      'Which second factor? [Google Authenticator: code, Okta Verify: code]',
      'Code: Google Authenticator: code',
      "- Okta: Your token doesn't match our records. Please try again.",
      'Code: Google Authenticator: code',
    ])
    const given = { mfaToken: oneTimeCode(otherSeed, new Date()) }
    const named = signIn(classic, 'bob', {}, { mfa: 'OKTA', given })
    await expectKeys(classic, await named.done, 'bob')
  })

  it('is a push, with the number to choose', async () => {
    const { done, seen, sleeps } = signIn(classic, 'carol')
    await expectKeys(classic, await done, 'carol')
    expect(seen).toEqual(['… Approve the sign-in in Okta Verify', '… Choose 42 in Okta Verify'])
    expect(sleeps).toEqual([3000, 3000, 3000])
  })

  it('is a push that is refused, or that nobody answers', async () => {
    const refused = signIn(classic, 'rita')
    const message = 'the sign-in was refused on the phone'
    await expect(refused.done).rejects.toMatchObject({ reason: 'mfaRefused', message })
    const script = { choices: [], confirms: [true, true, true] }
    const ignored = signIn(classic, 'ivo', { script })
    await expect(ignored.done).rejects.toMatchObject({
      ...{ reason: 'mfaRefused', message: 'nobody answered on the phone in time' },
    })
    const asked = ignored.seen.filter(line => line.endsWith('Send it again?'))
    expect(asked).toHaveLength(2)
  })

  it('is a code by text message, call or e-mail; another one when the person wants it', async () => {
    const script = { codes: ['999999', '111223'], confirms: [true] }
    const { done, seen } = signIn(classic, 'sam', { script })
    await expectKeys(classic, await done, 'sam')
    expect(seen).toContain('Code of the text message: text message (+1 XXX-XXX-1234)')
    expect(seen).toContain('Send another code?')
    await expectKeys(
      classic,
      await signIn(classic, 'mia', { script: { codes: ['333444'] } }).done,
      'mia',
    )
    await expectKeys(
      classic,
      await signIn(classic, 'cal', { script: { codes: ['555666'] } }).done,
      'cal',
    )
  })

  it('is a question or a hardware token', async () => {
    const asked = signIn(classic, 'quinn', { script: { texts: ['tom', 'rex'], codes: [] } })
    await expectKeys(classic, await asked.done, 'quinn')
    expect(asked.seen[0]).toBe('First pet?')
    const token = signIn(classic, 'yara', {}, { given: { mfaToken: 'cccccccc' } })
    await expectKeys(classic, await token.done, 'yara')
  })

  it('is a security key, of one or of several', async () => {
    await expectKeys(classic, await signIn(classic, 'frank', { securityKey: key }).done, 'frank')
    await expectKeys(classic, await signIn(classic, 'fred', { securityKey: key }).done, 'fred')
    expect(key.asked.at(-1)).toContain(second.authenticator.credentialId)
    const stranger = signIn(classic, 'frank', { securityKey: softwareKey() })
    await expect(stranger.done).rejects.toMatchObject({
      ...{ reason: 'mfaRefused', message: 'Okta: Security key could not be verified.' },
    })
    await expect(signIn(classic, 'frank').done).rejects.toMatchObject({
      message: 'a security key is asked for: no security key is plugged in',
    })
  })

  it('is one that only a browser has, or none that mfa names', async () => {
    await expect(signIn(classic, 'dan').done).rejects.toMatchObject({
      ...{ reason: 'provider', hint: expect.stringContaining('--idp-provider Browser') },
    })
    const named = signIn(classic, 'sam', {}, { mfa: 'PUSH' })
    await expect(named.done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'Okta offers no factor PUSH; it offers text message (+1 XXX-XXX-1234)',
    })
  })

  it('is the one that a given code is for', async () => {
    const given = { mfaToken: oneTimeCode(seed, new Date()) }
    const { done, seen } = signIn(classic, 'mix', {}, { given })
    await expectKeys(classic, await done, 'mix')
    expect(seen).toEqual([])
  })
})

describe('Okta: from one command to the next', () => {
  it('goes on with the session, until it is signed out', async () => {
    const remembered = memory()
    await signIn(classic, 'alice', { remembered }).done
    const again = signIn(classic, 'alice', { remembered, passwords: [] })
    await expectKeys(classic, await again.done, 'alice')
    expect(again.requests).toEqual([
      'GET /api/v1/sessions/me',
      'GET /home/amazon_aws/0oasimulated/272',
    ])
    const leaving = signInParts({ remembered })
    const url = `${classic.idp.url}/home/amazon_aws/0oasimulated/272`
    await okta.signOut?.(connectionTo('Okta', url), leaving.parts)
    expect([...remembered.all.keys()]).toEqual(['device'])
  })

  it('is trusted with a device that passed a factor, unless that is switched off', async () => {
    const remembered = memory()
    const more = { disableSessions: true }
    const script = { codes: ['333444'] }
    await signIn(classic, 'mia', { remembered, script }, more).done
    const again = signIn(classic, 'mia', { remembered }, more)
    await expectKeys(classic, await again.done, 'mia')
    expect(again.requests).toContain('GET /login/sessionCookieRedirect')
    const off = { ...more, disableRememberDevice: true }
    await expect(signIn(classic, 'mia', { remembered }, off).done).rejects.toMatchObject({
      reason: 'cannotAsk',
    })
  })
})

describe('Okta: the application', () => {
  it('asks for the factor by itself', async () => {
    const script = { codes: ['111222'] }
    const { done } = signIn(stepUp, 'sam', { script })
    await expectKeys(stepUp, await done, 'sam')
  })

  it('opens without the sessions API', async () => {
    await expectKeys(closed, await signIn(closed, 'alice').done, 'alice')
  })

  it('of Identity Engine is for a browser', async () => {
    await expect(signIn(identity, 'alice').done).rejects.toMatchObject({
      reason: 'provider',
      message: expect.stringContaining('Okta Identity Engine'),
      hint: 'sign in with your own browser: rolecall login -a work --idp-provider Browser',
    })
  })
})

describe('Okta: answers that are not expected', () => {
  const limited = (until: number) => {
    let count = 0
    const send: Surroundings['send'] = async request => {
      const isFirst = request.url.endsWith('/authn') && count++ === 0
      if (!isFirst) return await httpSend(request)
      const body = JSON.stringify({
        errorCode: 'E0000047',
        errorSummary: 'API call exceeded rate limit',
      })
      return { status: 429, headers: { 'x-rate-limit-reset': String(until) }, body }
    }
    return send
  }

  it('waits for a rate limit that ends soon, and tells of one that does not', async () => {
    const soon = Math.floor(Date.now() / 1000) + 20
    const patient = signIn(classic, 'alice', { send: limited(soon) })
    await expectKeys(classic, await patient.done, 'alice')
    expect(patient.seen).toEqual([
      expect.stringMatching(/^- Okta takes no more attempts for \d\d s/),
    ])
    const late = signIn(classic, 'alice', { send: limited(soon + 3600) })
    await expect(late.done).rejects.toMatchObject({
      ...{ reason: 'signInRefused', message: 'Okta: API call exceeded rate limit (E0000047)' },
    })
  })

  it('sends no state token to another host, and repeats no page that is no JSON', async () => {
    const { origin } = new URL(classic.idp.url)
    const away: Surroundings['send'] = async request => {
      const answer = await httpSend(request)
      const body = answer.body.replaceAll(
        `${origin}/api/v1/authn/factors`,
        'https://evil.example/f',
      )
      return { ...answer, body }
    }
    const led = signIn(classic, 'sam', { send: away, script: { codes: ['111222'] } })
    await expect(led.done).rejects.toMatchObject({
      ...{ reason: 'provider', message: expect.stringContaining('evil.example') },
    })
    expect(led.requests.at(-1)).toBe('POST /api/v1/authn')
    const outage: Surroundings['send'] = async request =>
      request.method === 'POST'
        ? { status: 503, headers: {}, body: '<h1>secret of alice</h1>' }
        : await httpSend(request)
    const down = signIn(classic, 'alice', { send: outage })
    await expect(down.done).rejects.toMatchObject({
      reason: 'provider',
      message: expect.not.stringContaining('secret'),
    })
  })
})
