import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSecurityKey } from '../../src/security-key/index.ts'
import { checkSite } from '../../src/security-key/site.ts'
import { scriptedAsk } from '../jumpcloud/world.ts'
import { plugIn } from './plug-in.ts'
import type { SoftwareKey } from './software-key.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const rpId = 'console.jumpcloud.com'
const id = Buffer.from('registered').toString('base64url')
const credential = (site = rpId) => ({
  id: Buffer.from('registered').toString('base64'),
  rpId: site,
  privateKey: pem,
})
const key = (more: Partial<SoftwareKey> = {}): SoftwareKey => ({
  path: '/dev/hidraw5',
  name: 'Yubico YubiKey',
  counter: 7,
  credentials: [credential()],
  ...more,
})
const request = {
  origin: `https://${rpId}`,
  rpId,
  challenge: 'Y2hhbGxlbmdl',
  allowCredentials: [{ id: 'b3RoZXI' }, { id }],
}

/** Signs with keys that are plugged in, while somebody answers. */
async function assertWith(
  keys: readonly SoftwareKey[],
  answers: readonly string[] = [],
  more: Partial<
    typeof request & { userVerification: 'required' | 'discouraged'; appId: string }
  > = {},
) {
  const { env, calls } = await plugIn(keys)
  const ask = scriptedAsk(answers)
  const securityKey = createSecurityKey({ ask, env: { ...env, AWS_SECRET_ACCESS_KEY: 'hidden' } })
  return { ask, calls, done: securityKey.assert({ ...request, ...more }) }
}

function isSigned(given: {
  readonly authenticatorData: string
  readonly clientDataJSON: string
  readonly signature: string
}): boolean {
  const bytes = (text: string) => Buffer.from(text, 'base64url')
  const hash = createHash('sha256').update(bytes(given.clientDataJSON)).digest()
  const signed = Buffer.concat([bytes(given.authenticatorData), hash])
  return verify('sha256', signed, publicKey, bytes(given.signature))
}

const flagsOf = (authenticatorData: string) => Buffer.from(authenticatorData, 'base64url')[32]

describe('a security key', () => {
  it('signs for the credential that it holds, at one touch', async () => {
    const { ask, calls, done } = await assertWith([key()])
    const given = await done
    expect(given).toMatchObject({ credentialId: id, userHandle: null })
    expect(isSigned(given)).toBe(true)
    expect(JSON.parse(Buffer.from(given.clientDataJSON, 'base64url').toString())).toEqual({
      type: 'webauthn.get',
      challenge: request.challenge,
      origin: request.origin,
      crossOrigin: false,
    })
    expect(flagsOf(given.authenticatorData)).toBe(0x01)
    expect(ask.shown).toEqual(['touch your security key (Yubico YubiKey)'])
    const all = await calls()
    expect(all.map(({ tool, args }) => `${tool} ${args.slice(0, 4).join(' ')}`)).toEqual([
      'fido2-token -L',
      'fido2-assert -G -t up=false -i',
      'fido2-assert -G -t up=false -i',
      'fido2-token -I /dev/hidraw5',
      expect.stringMatching(/^fido2-assert -G -p -i/),
    ])
    expect(JSON.stringify(all)).not.toContain('hidden')
  })

  it('with a PIN gets it on the standard input of the tool, and again when it was wrong', async () => {
    const keys = [key({ pin: '1234', isProtected: true })]
    const wanted = { userVerification: 'required' } as const
    const { ask, calls, done } = await assertWith(keys, ['9999', '1234'], wanted)
    const given = await done
    expect(isSigned(given)).toBe(true)
    expect(flagsOf(given.authenticatorData)).toBe(0x05)
    expect(ask.shown).toEqual([
      'PIN of Yubico YubiKey',
      'the PIN of the security key is wrong',
      'PIN of Yubico YubiKey',
      'touch your security key (Yubico YubiKey)',
    ])
    expect(JSON.stringify(await calls())).not.toMatch(/1234|9999/)
  })

  it('verifies its owner itself when it can', async () => {
    const keys = [key({ hasFingerprint: true, pin: '1234' })]
    const { done } = await assertWith(keys, [], { allowCredentials: [{ id }] })
    expect(flagsOf((await done).authenticatorData)).toBe(0x05)
  })

  it('of the U2F time signs for the AppID', async () => {
    const appId = 'https://console.jumpcloud.com/app-id.json'
    const keys = [key({ isU2f: true, credentials: [credential(appId)] })]
    const given = await (await assertWith(keys, [], { appId, allowCredentials: [{ id }] })).done
    expect(given.usedAppId).toBe(true)
    expect(isSigned(given)).toBe(true)
  })

  it('is chosen by the person when several hold a credential', async () => {
    const others = [key({ path: '/dev/hidraw1', name: 'Old', credentials: [] }), key()]
    const third = key({ path: '/dev/hidraw7', name: 'Spare' })
    const { ask, done } = await assertWith([...others, third], ['Spare'], {
      allowCredentials: [{ id }],
    })
    await done
    expect(ask.shown).toEqual(['Which security key?', 'touch your security key (Spare)'])
  })

  it.each([
    [[key({ credentials: [] })], {}, 'this security key is not the one that is registered'],
    [[key({ isTouched: false })], {}, 'the security key was not touched in time'],
    [[key()], { userVerification: 'required' }, 'the security key has no PIN, and one is wanted'],
    [[], {}, 'no security key is plugged in'],
  ] as const)('that cannot sign says why (%#)', async (keys, more, message) => {
    const { done } = await assertWith(keys, [], { allowCredentials: [{ id }], ...more })
    await expect(done).rejects.toMatchObject({ reason: 'mfaRefused', message })
  })

  it.each([
    [0, 'mfaRefused', 'console.jumpcloud.com names no security key of yours'],
    [65, 'provider', 'console.jumpcloud.com names more than 64 security keys'],
  ] as const)('is not asked for %i credentials', async (count, reason, message) => {
    const allowCredentials = Array.from({ length: count }, () => ({ id }))
    const { done } = await assertWith([], [], { allowCredentials })
    await expect(done).rejects.toMatchObject({ reason, message })
  })

  it('is not available without the tools, and without a key', async () => {
    const ask = scriptedAsk()
    const bare = createSecurityKey({ ask, env: { PATH: '/nonexistent' } })
    expect(await bare.available()).toEqual({
      ok: false,
      why: expect.stringContaining('apt install fido2-tools'),
    })
    const { env } = await plugIn([])
    expect(await createSecurityKey({ ask, env }).available()).toEqual({
      ok: false,
      why: 'no security key is plugged in',
    })
  })
})

describe('the site of a security key', () => {
  const origin = 'https://console.eu.jumpcloud.com'
  it.each([
    [{ origin, rpId: 'console.eu.jumpcloud.com' }],
    [{ origin, rpId: 'jumpcloud.com', appId: 'https://sso.jumpcloud.com/app.json' }],
    [{ origin: 'http://127.0.0.1:8080', rpId: '127.0.0.1' }],
  ])('may be %j', request => {
    expect(() => checkSite(request)).not.toThrow()
  })

  it.each([
    [{ origin, rpId: 'com' }],
    [{ origin: 'https://login.example.co.uk', rpId: 'co.uk' }],
    [{ origin, rpId: 'cloud.com' }],
    [{ origin, rpId: 'sso.jumpcloud.com' }],
    [{ origin: 'http://127.0.0.1:8080', rpId: '0.0.1' }],
    [{ origin, rpId: 'jumpcloud.com', appId: 'https://jumpcloud.example/app.json' }],
    [{ origin, rpId: 'jumpcloud.com', appId: 'http://jumpcloud.com/app.json' }],
  ])('may not be %j', async request => {
    const { env } = await plugIn([key()])
    const securityKey = createSecurityKey({ ask: scriptedAsk(), env })
    const asked = { challenge: 'Y2hhbGxlbmdl', allowCredentials: [{ id }], ...request }
    await expect(securityKey.assert(asked)).rejects.toMatchObject({ reason: 'provider' })
  })
})
