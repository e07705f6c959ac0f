import { httpSend } from '@rolecall/aws'
import { oneTimeCode, type Simulator } from '@rolecall/simulator'
import { describe, expect, it } from 'vitest'
import { authentik } from '../../src/providers/authentik/index.ts'
import { connectionTo, memory, type Surroundings, signInParts } from '../support/sign-in-parts.ts'
import { softwareKey } from '../support/software-key.ts'
import { adminRole, expectKeys, runWorld, seed, worldOf } from '../support/tenant-world.ts'

const key = softwareKey()
const { credentialId, publicKey } = key.authenticator
const roles = [adminRole]
const app = [{ label: 'Phone', secret: seed }]
const people = [
  { username: 'alice', roles },
  { username: 'bob', roles, totp: app },
  { username: 'rob', roles, recoveryCodes: ['abcd1234', 'efgh5678'] },
  { username: 'sam', roles, sms: '111222' },
  { username: 'mia', roles, email: { to: 'm***@example.com', code: '333444' } },
  { username: 'dan', roles, duo: 'allow' as const },
  { username: 'dot', roles, duo: 'deny' as const },
  { username: 'frank', roles, securityKeys: [{ id: credentialId, publicKey }] },
  { username: 'mix', roles, totp: app, sms: '111222' },
  { username: 'lena', roles, denied: 'Not on this network' },
  { username: 'cap', roles, stage: 'ak-stage-captcha' },
  { username: 'pia', roles, stage: 'ak-stage-prompt' },
  { username: 'nina', roles, stage: 'ak-stage-authenticator-totp' },
  { username: 'fay', roles, stage: 'ak-stage-flow-error' },
]
const names = people.map(({ username }) => username)
const plain = await runWorld(worldOf(names, { authentik: { people } }))
const rich = await runWorld(
  worldOf(names, { authentik: { people, passwordField: true, rememberMe: true, consent: true } }),
)
const sources = { sources: ['GitHub', 'Google'], sourcesOnly: true, people }
const sourced = await runWorld(worldOf(names, { authentik: sources }))
const guarded = await runWorld(worldOf(names, { authentik: { captcha: true, people } }))
const urlOf = ({ idp }: Simulator, slug = 'aws') =>
  `${idp.url}/application/saml/${slug}/sso/binding/init/`

type More = Parameters<typeof connectionTo>[2]

function signIn(simulator: Simulator, username: string, given: Surroundings = {}, more: More = {}) {
  const passwords = given.passwords ?? [`secret of ${username}`]
  const run = signInParts({ username, ...given, passwords })
  const connection = connectionTo('Authentik', urlOf(simulator), more)
  return { ...run, done: authentik.signIn(connection, run.parts) }
}

describe('authentik: the password', () => {
  it('gives a response that STS takes', async () => {
    const { done, seen } = signIn(plain, 'alice')
    await expectKeys(plain, await done, 'alice')
    expect(seen).toEqual([])
  })

  it('is asked for again, three times at most', async () => {
    const { done, seen } = signIn(plain, 'alice', { passwords: ['no', 'secret of alice'] })
    await expectKeys(plain, await done, 'alice')
    expect(seen).toEqual(['- authentik: Invalid password'])
    const never = signIn(plain, 'alice', { passwords: ['1', '2', '3', '4'] })
    const message = 'authentik: Invalid password'
    await expect(never.done).rejects.toMatchObject({ reason: 'signInRefused', message })
  })

  it('may stand beside the name; consent and staying signed in are answered', async () => {
    const passwords = ['no', 'secret of alice']
    const script = { confirms: [true] }
    const { done, seen } = signIn(rich, 'alice', { passwords, script })
    await expectKeys(rich, await done, 'alice')
    expect(seen).toEqual([
      '- authentik: Failed to authenticate.',
      'You are about to sign into AWS. (Email address) — agree?',
    ])
    const no = signIn(rich, 'alice', { script: { confirms: [false] } })
    await expect(no.done).rejects.toMatchObject({ reason: 'signInRefused' })
  })
})

describe('authentik: the second factor', () => {
  it('is a code of an app, which the person is asked for', async () => {
    const script = { codes: ['000000', () => oneTimeCode(seed, new Date())] }
    const { done, seen } = signIn(plain, 'bob', { script })
    await expectKeys(plain, await done, 'bob')
    expect(seen).toEqual([
      'Code: authenticator app',
      '- authentik: Invalid Token. Please ensure the time on your device is accurate and try again.',
      'Code: authenticator app',
    ])
    const wrong = signIn(plain, 'bob', {}, { given: { mfaToken: '000000' } })
    await expect(wrong.done).rejects.toMatchObject({ reason: 'mfaRefused' })
  })

  it('is a recovery code', async () => {
    const { done } = signIn(plain, 'rob', { script: { codes: ['abcd1234'] } })
    await expectKeys(plain, await done, 'rob')
  })

  it('is a code by text message or e-mail', async () => {
    const { done, requests } = signIn(plain, 'sam', { script: { codes: ['111222'] } })
    await expectKeys(plain, await done, 'sam')
    const executor = 'POST /api/v3/flows/executor/default-authentication-flow/'
    // Name, password, which device, its code.
    expect(requests.filter(line => line === executor)).toHaveLength(4)
    const mail = signIn(plain, 'mia', { script: { codes: ['333444'] } })
    await expectKeys(plain, await mail.done, 'mia')
    expect(mail.seen).toEqual(['Code: e-mail (m***@example.com)'])
  })

  it('is Duo, which authentik waits for', async () => {
    const { done, seen } = signIn(plain, 'dan')
    await expectKeys(plain, await done, 'dan')
    expect(seen).toEqual(['… Approve the sign-in in Duo'])
    await expect(signIn(plain, 'dot').done).rejects.toMatchObject({
      ...{ reason: 'mfaRefused', message: 'authentik: Duo denied access' },
    })
  })

  it('is a security key', async () => {
    await expectKeys(plain, await signIn(plain, 'frank', { securityKey: key }).done, 'frank')
    const { origin, hostname } = new URL(plain.idp.url)
    expect(key.asked).toEqual([`${origin} ${hostname} ${credentialId}`])
    const stranger = signIn(plain, 'frank', { securityKey: softwareKey() })
    await expect(stranger.done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: expect.stringMatching(/^authentik: Assertion failed/),
    })
    await expect(signIn(plain, 'frank').done).rejects.toMatchObject({
      message: 'a security key is asked for: no security key is plugged in',
    })
  })

  it('is the one that the person chooses, that mfa names, or that a given code is for', async () => {
    const script = { choices: ['text message'], codes: ['111222'] }
    const chosen = signIn(plain, 'mix', { script })
    await expectKeys(plain, await chosen.done, 'mix')
    expect(chosen.seen[0]).toBe('Which second factor? [authenticator app, text message]')
    const named = signIn(plain, 'mix', { script: { codes: ['111222'] } }, { mfa: 'SMS' })
    await expectKeys(plain, await named.done, 'mix')
    const given = { mfaToken: oneTimeCode(seed, new Date()) }
    await expectKeys(plain, await signIn(plain, 'mix', {}, { given }).done, 'mix')
    await expect(signIn(plain, 'sam', {}, { mfa: 'DUO' }).done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'authentik offers no second factor DUO; it offers text message',
    })
  })
})

describe('authentik: what is in the way', () => {
  it.each([
    ['lena', 'signInRefused', 'authentik: Not on this network'],
    ['cap', 'provider', 'authentik asks for a captcha'],
    ['pia', 'provider', 'authentik has a stage that is not known here: ak-stage-prompt'],
    ['nina', 'signInRefused', 'authentik wants you to set up a second factor'],
    ['fay', 'provider', 'authentik: the flow has failed (request simulated)'],
  ])('%s: %s: %s', async (username, reason, message) => {
    await expect(signIn(plain, username).done).rejects.toMatchObject({ reason, message })
  })

  it('is told when only sources or people can go on', async () => {
    await expect(signIn(sourced, 'alice').done).rejects.toMatchObject({
      ...{ reason: 'provider', message: 'authentik signs in through GitHub, Google alone' },
      hint: 'sign in with your own browser: rolecall login -a work --idp-provider Browser',
    })
    const message = 'authentik asks for a captcha'
    await expect(signIn(guarded, 'alice').done).rejects.toMatchObject({ message })
  })

  it('is told for an address without an application', async () => {
    const run = signInParts()
    const connection = connectionTo('Authentik', urlOf(plain, 'other'))
    await expect(authentik.signIn(connection, run.parts)).rejects.toMatchObject({
      ...{ reason: 'provider', hint: expect.stringContaining('/sso/binding/init/') },
    })
  })

  it('ends a loop: a stage that comes again and says nothing', async () => {
    const send: Surroundings['send'] = async request => {
      const answer = await httpSend(request)
      return { ...answer, body: answer.body.replaceAll('response_errors', 'no_errors') }
    }
    const run = signIn(plain, 'alice', { passwords: ['no', 'no', 'no'], send })
    const message = 'authentik shows ak-stage-password again and does not say why'
    await expect(run.done).rejects.toMatchObject({ reason: 'provider', message })
  })

  it('follows a flow to no other host, and repeats no page in the place of JSON', async () => {
    const away: Surroundings['send'] = async request => {
      const answer = await httpSend(request)
      const body = answer.body.replace(
        '"to":"/application',
        '"to":"https://evil.example/application',
      )
      return { ...answer, body }
    }
    const led = signIn(plain, 'alice', { send: away })
    await expect(led.done).rejects.toMatchObject({
      message: expect.stringContaining('sends you on to evil.example'),
    })
    const outage: Surroundings['send'] = async request =>
      request.method === 'POST'
        ? { status: 502, headers: {}, body: '<h1>secret of alice</h1>' }
        : await httpSend(request)
    await expect(signIn(plain, 'alice', { send: outage }).done).rejects.toMatchObject({
      reason: 'provider',
      message: expect.not.stringContaining('secret'),
    })
  })
})

describe('authentik: from one command to the next', () => {
  it('goes on with the session, until it is signed out', async () => {
    const remembered = memory()
    await signIn(plain, 'alice', { remembered }).done
    const again = signIn(plain, 'alice', { remembered, passwords: [] })
    await expectKeys(plain, await again.done, 'alice')
    const leaving = signInParts({ remembered })
    await authentik.signOut?.(connectionTo('Authentik', urlOf(plain)), leaving.parts)
    expect(remembered.all.size).toBe(0)
    expect(leaving.requests.at(-1)).toBe('GET /api/v3/flows/executor/default-invalidation-flow/')
  })
})
