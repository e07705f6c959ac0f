import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { providerOf } from '../../src/providers/index.ts'
import type { SecurityKey } from '../../src/providers/provider.ts'
import { createSecurityKey } from '../../src/security-key/index.ts'
import { clientDataOf } from '../../src/security-key/security-key.ts'
import { plugIn } from '../security-key/plug-in.ts'
import {
  connectionTo,
  credentialId,
  jumpCloudWorld,
  keyPair,
  partsOf,
  runWorld,
  scriptedAsk,
} from './world.ts'

const { simulator, clock } = await runWorld({
  ...jumpCloudWorld,
  jumpCloud: { ...jumpCloudWorld.jumpCloud, userVerification: 'required' },
})
const jumpCloud = await providerOf('JumpCloud')
const tenant = simulator.jumpCloud
if (tenant === undefined) throw new Error('the world should have a tenant')
const connection = connectionTo(tenant.ssoUrl('aws'))

interface Wrong {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly flags?: number
  readonly counter?: number
  readonly key?: KeyObject
  readonly credentialId?: string
}

let counter = 100

/** A key in this process, that does one thing otherwise than it should. */
function keyThat(wrong: Wrong): SecurityKey {
  return {
    available: async () => ({ ok: true }),
    async assert({ origin, rpId, challenge }) {
      const clientData = clientDataOf({ origin, challenge, ...wrong })
      counter += 1
      const tail = Buffer.alloc(5)
      tail.writeUInt8(wrong.flags ?? 0x05)
      tail.writeUInt32BE(wrong.counter ?? counter, 1)
      const site = createHash('sha256')
        .update(wrong.rpId ?? rpId)
        .digest()
      const data = Buffer.concat([site, tail])
      const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
      return {
        credentialId: wrong.credentialId ?? credentialId,
        authenticatorData: data.toString('base64url'),
        clientDataJSON: Buffer.from(clientData).toString('base64url'),
        signature: sign('sha256', signed, wrong.key ?? keyPair.privateKey).toString('base64url'),
        userHandle: null,
      }
    },
  }
}

const signInWith = (securityKey: SecurityKey) =>
  jumpCloud.signIn(connection, partsOf('kai', clock, { securityKey }))

describe('JumpCloud with a security key', () => {
  it('takes what a key signs through the tools, with its PIN', async () => {
    const { env } = await plugIn([
      {
        path: '/dev/hidraw5',
        name: 'Yubico YubiKey',
        pin: '1234',
        counter: 0,
        credentials: [
          {
            id: Buffer.from(credentialId, 'base64url').toString('base64'),
            rpId: '127.0.0.1',
            privateKey: keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
          },
        ],
      },
    ])
    const ask = scriptedAsk(['1234'])
    const securityKey = createSecurityKey({ ask, env })
    const parts = partsOf('kai', clock, { ask, securityKey })
    expect((await jumpCloud.signIn(connection, parts)).samlResponse).not.toBe('')
    expect(ask.shown).toEqual(['PIN of Yubico YubiKey', 'touch your security key (Yubico YubiKey)'])
  })

  it('takes a right assertion, and each thing that is wrong with one is refused', async () => {
    expect((await signInWith(keyThat({}))).samlResponse).not.toBe('')
    const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const wrongs: readonly (readonly [string, Wrong])[] = [
      ['it was made for another origin', { origin: 'https://console.jumpcloud.example' }],
      ['it answers another challenge', { challenge: 'b2xk' }],
      ['it was made for another relying party', { rpId: 'example.net' }],
      ['nobody touched the key', { flags: 0x04 }],
      ['nobody was verified', { flags: 0x01 }],
      ['the signature does not hold', { key: otherKey }],
      ['the counter went back', { counter: 1 }],
    ]
    for (const [what, wrong] of wrongs) {
      await expect(signInWith(keyThat(wrong)), what).rejects.toMatchObject({
        reason: 'mfaRefused',
        message: `JumpCloud did not take the security key: Authentication failed. (${what})`,
      })
    }
    await expect(signInWith(keyThat({ credentialId: 'c3RyYW5nZXI' }))).rejects.toMatchObject({
      reason: 'mfaRefused',
    })
  })
})
