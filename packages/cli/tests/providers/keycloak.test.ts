import { httpSend } from '@rolecall/aws'
import { oneTimeCode } from '@rolecall/simulator'
import { describe, expect, it } from 'vitest'
import { keycloak } from '../../src/providers/keycloak/index.ts'
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

const key = softwareKey()
const names = ['alice', 'bob', 'carol', 'dora', 'erin', 'frank', 'grace', 'harry']
const roles = [adminRole]
const securityKeys = [
  { id: key.authenticator.credentialId, publicKey: key.authenticator.publicKey },
]
const phone = { label: 'Phone', secret: seed }
const people = [
  { username: 'alice', roles, sessionDuration: 7200 },
  { username: 'bob', roles, totp: [phone] },
  { username: 'carol', roles, totp: [phone, { label: 'Tablet', secret: otherSeed }] },
  { username: 'dora', roles, disabled: true },
  { username: 'erin', roles, requiredAction: 'UPDATE_PASSWORD' },
  { username: 'frank', roles, securityKeys },
  { username: 'grace', roles, totp: [phone], securityKeys },
  { username: 'harry', roles, recoveryCodes: ['first-code', 'second-code'] },
]
const simulators = {
  26: await runWorld(worldOf(names, { keycloak: { version: 26, people } })),
  24: await runWorld(worldOf(names, { keycloak: { version: 24, people } })),
}
const separate = await runWorld(
  worldOf(names, { keycloak: { separatePages: true, consent: true, people } }),
)
const address = (simulator: { idp: { url: string } }, client = 'amazon-aws') =>
  `${simulator.idp.url}/realms/company/protocol/saml/clients/${client}`
const codeOf = (secret: string) => () => oneTimeCode(secret, new Date())

type More = Parameters<typeof connectionTo>[2]

function signIn(url: string, username: string, given: Surroundings = {}, more: More = {}) {
  const passwords = given.passwords ?? [`secret of ${username}`]
  const run = signInParts({ username, ...given, passwords })
  return { ...run, done: keycloak.signIn(connectionTo('KeyCloak', url, more), run.parts) }
}

describe.each([24, 26] as const)('Keycloak %i', version => {
  const simulator = simulators[version]
  const url = address(simulator)

  it('signs in with a password, and its response is taken by STS', async () => {
    const { done, seen } = signIn(url, 'alice')
    await expectKeys(simulator, await done, 'alice')
    expect(seen).toEqual([])
  })

  it('asks for a password again after a refusal, three times at most', async () => {
    const passwords = ['no', 'neither', 'secret of alice']
    const { done, seen } = signIn(url, 'alice', { passwords })
    await expectKeys(simulator, await done, 'alice')
    expect(seen).toEqual([
      '- Keycloak: Invalid username or password.',
      '- Keycloak: Invalid username or password.',
    ])
    const never = signIn(url, 'alice', { passwords: ['1', '2', '3', 'secret of alice'] })
    await expect(never.done).rejects.toMatchObject({
      ...{ reason: 'signInRefused', message: 'Keycloak: Invalid username or password.' },
    })
  })

  it('says that an account is disabled, without a second password', async () => {
    const { done } = signIn(url, 'dora')
    const message = 'Keycloak: Account is disabled, contact your administrator.'
    await expect(done).rejects.toMatchObject({ reason: 'signInRefused', message })
  })

  it('takes a one-time code, after a wrong one too', async () => {
    const script = { codes: ['000000', codeOf(seed)] }
    const { done, seen } = signIn(url, 'bob', { script })
    await expectKeys(simulator, await done, 'bob')
    expect(seen).toEqual([
      'Code of the authenticator app',
      '- Keycloak: Invalid authenticator code.',
      'Code of the authenticator app',
    ])
  })

  it('uses --mfa-token once and asks nobody after it', async () => {
    const { done } = signIn(url, 'bob', {}, { given: { mfaToken: '000000' } })
    const message = 'Keycloak: Invalid authenticator code.'
    await expect(done).rejects.toMatchObject({ reason: 'mfaRefused', message })
  })

  it('lets the person choose among authenticator apps', async () => {
    const script = { choices: ['Tablet'], codes: [codeOf(otherSeed)] }
    const { done, seen } = signIn(url, 'carol', { script })
    await expectKeys(simulator, await done, 'carol')
    expect(seen).toEqual(['Which authenticator? [Phone, Tablet]', 'Code of the authenticator app'])
  })

  it('signs with a security key', async () => {
    const { done } = signIn(url, 'frank', { securityKey: key })
    await expectKeys(simulator, await done, 'frank')
    const { origin, hostname } = new URL(url)
    expect(key.asked).toContain(`${origin} ${hostname} ${key.authenticator.credentialId}`)
  })

  it('tells of a key that is not registered, and of no key at all', async () => {
    const stranger = signIn(url, 'frank', { securityKey: softwareKey() })
    await expect(stranger.done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: expect.stringMatching(/^Keycloak: Failed to authenticate by the Security key\./),
    })
    await expect(signIn(url, 'frank').done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'a security key is asked for: no security key is plugged in',
      hint: 'sign in with your own browser: rolecall login -a work --idp-provider Browser',
    })
  })

  it('goes another way when mfa names another factor than the page', async () => {
    const { done, requests } = signIn(url, 'grace', { securityKey: key }, { mfa: 'WebAuthn' })
    await expectKeys(simulator, await done, 'grace')
    expect(requests).toHaveLength(5)
  })

  it('takes recovery codes in their order', async () => {
    const run = signIn(url, 'harry', { script: { codes: ['second-code', 'first-code'] } })
    await expectKeys(simulator, await run.done, 'harry')
    expect(run.seen).toEqual([
      'Recovery code #1',
      '- Keycloak: Invalid recovery authentication code',
      'Recovery code #1',
    ])
  })

  it('says what Keycloak wants the person to do first', async () => {
    await expect(signIn(url, 'erin').done).rejects.toMatchObject({
      ...{ reason: 'signInRefused', message: 'Keycloak: you must choose a new password' },
      hint: expect.stringContaining('--idp-provider Browser'),
    })
  })

  it("tells Keycloak's own errors", async () => {
    const { done } = signIn(address(simulator, 'other'), 'alice')
    const message = 'Keycloak: Client not found.'
    await expect(done).rejects.toMatchObject({ reason: 'provider', message })
    const broker = { broker: 'google', authErrorMessage: undefined, authErrorElement: undefined }
    const brokered = signIn(url, 'alice', {}, { keycloak: broker })
    await expect(brokered.done).rejects.toMatchObject({
      reason: 'configuration',
      message: `Keycloak's sign-in page has no identity provider "google"`,
    })
  })
})

describe('sign-ins at Keycloak', () => {
  const simulator = simulators[26]
  const url = address(simulator)

  it('asks for username and password on pages of their own, and for consent', async () => {
    const passwords = ['wrong', 'secret of alice']
    const { done, seen } = signIn(address(separate), 'alice', {
      ...{ passwords, script: { confirms: [true] } },
    })
    await expectKeys(separate, await done, 'alice')
    const question = 'Grant Access to urn:amazon:webservices — agree?'
    expect(seen).toEqual(['- Keycloak: Invalid password.', question])
    const no = signIn(address(separate), 'alice', { script: { confirms: [false] } })
    await expect(no.done).rejects.toMatchObject({ reason: 'signInRefused' })
  })

  it('goes on with a session, for the same person alone, until it is signed out', async () => {
    const remembered = memory()
    await signIn(url, 'alice', { remembered }).done
    const again = signIn(url, 'alice', { remembered, passwords: [] })
    await expectKeys(simulator, await again.done, 'alice')
    const other = signIn(url, 'bob', { remembered, script: { codes: ['1'] } }, { username: 'bob' })
    await expect(other.done).rejects.toMatchObject({ reason: 'cannotAsk' })
    expect(other.seen).toContain('Code of the authenticator app')
    const leaving = signInParts({ remembered })
    await keycloak.signOut?.(connectionTo('KeyCloak', url), leaving.parts)
    expect(leaving.requests).toHaveLength(2)
    expect(remembered.all.size).toBe(0)
  })

  it('keeps nothing with disable_sessions', async () => {
    const remembered = memory()
    await signIn(url, 'alice', { remembered }, { disableSessions: true }).done
    expect(remembered.all.size).toBe(0)
  })

  it('ends a loop: a page that comes again and says nothing', async () => {
    const { done, requests } = signIn(url, 'alice', {
      passwords: ['wrong', 'wrong', 'wrong'],
      async send(request) {
        const answer = await httpSend(request)
        return { ...answer, body: answer.body.replaceAll('Invalid username or password.', '') }
      },
    })
    await expect(done).rejects.toMatchObject({
      reason: 'provider',
      message: 'Keycloak shows the page for the login again and does not say why',
    })
    expect(requests).toHaveLength(2)
  })

  it('sends no password to another host than the one of the connection', async () => {
    const { done, requests } = signIn(url, 'alice', {
      async send(request) {
        const answer = await httpSend(request)
        const { origin } = new URL(url)
        return {
          ...answer,
          body: answer.body.replaceAll(`${origin}/realms`, 'https://evil.example/realms'),
        }
      },
    })
    await expect(done).rejects.toMatchObject({
      reason: 'provider',
      message: expect.stringContaining('leads to evil.example'),
    })
    expect(requests).toHaveLength(1)
  })

  it('sends no one-time code to another host, and follows no link there', async () => {
    const elsewhere = (from: RegExp): typeof httpSend => {
      return async request => {
        const answer = await httpSend(request)
        return { ...answer, body: answer.body.replace(from, '$1https://evil.example/') }
      }
    }
    const script = { codes: [codeOf(seed)] }
    const send = elsewhere(/(<form id="kc-otp-login-form"[^>]* action=")https?:\/\/[^/]*\//)
    await expect(signIn(url, 'bob', { script, send }).done).rejects.toMatchObject({
      message: expect.stringContaining('leads to evil.example'),
    })
    const restart = '<a id=loginRestartLink href="https://evil.example/login">Restart</a>'
    const expired = signIn(url, 'alice', {
      send: async request => ({ ...(await httpSend(request)), body: restart }),
    })
    await expect(expired.done).rejects.toMatchObject({ reason: 'provider' })
    expect(expired.requests).toHaveLength(1)
  })

  it('gives a password to the host of the broker, says so, and to none behind that', async () => {
    const form =
      '<form method=post action=/login><input name=username><input type=password name=password>'
    const pages: Readonly<Record<string, string>> = {
      'GET https://kc.example/realms/r/clients/aws': `${form}</form><a id=social-corp href=/to>`,
      'GET https://kc.example/to': 'https://corp.example/login',
      'GET https://corp.example/login': form,
      'POST https://corp.example/login': 'https://evil.example/login',
      'GET https://evil.example/login': form,
    }
    const posted: string[] = []
    const run = signIn(
      'https://kc.example/realms/r/clients/aws',
      'alice',
      {
        async send({ method, url, body: sent = '' }) {
          if (method === 'POST') posted.push(`${url} ${sent}`)
          const body = pages[`${method} ${url}`] ?? ''
          const location = body.startsWith('https:') ? { location: body } : undefined
          return { status: location === undefined ? 200 : 302, headers: { ...location }, body }
        },
      },
      { keycloak: { broker: 'corp', authErrorMessage: undefined, authErrorElement: undefined } },
    )
    await expect(run.done).rejects.toMatchObject({
      message: 'the sign-in leads from corp.example on to evil.example: nothing was sent there',
    })
    expect(posted).toEqual(['https://corp.example/login username=alice&password=secret+of+alice'])
    expect(run.seen).toEqual(['- kc.example leads to corp.example: username and password go there'])
  })

  it('reads errors where kc_auth_error_element says', async () => {
    const send: Surroundings['send'] = async request => {
      const answer = await httpSend(request)
      const body = answer.body.replaceAll(
        'class="pf-m-error" id="input-error-username"',
        'class="sorry"',
      )
      return { ...answer, body }
    }
    const settings = {
      broker: undefined,
      authErrorMessage: 'Invalid|wrong',
      authErrorElement: 'div.sorry',
    }
    const passwords = ['wrong', 'secret of alice']
    const run = signIn(url, 'alice', { passwords, send }, { keycloak: settings })
    await run.done
    expect(run.seen).toEqual(['- Keycloak: Invalid username or password.'])
    for (const wrong of [{ authErrorElement: 'div >' }, { authErrorMessage: '(' }]) {
      const bad = { ...settings, ...wrong }
      const refused = signIn(url, 'alice', { passwords: ['no', 'no'], send }, { keycloak: bad })
      await expect(refused.done).rejects.toMatchObject({ reason: 'configuration' })
    }
  })
})
