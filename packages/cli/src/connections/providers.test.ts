import { expect, test } from 'vitest'
import { Failure } from '../failure.ts'
import { providerOf } from '../providers/index.ts'
import { providerNames } from './connection.ts'
import { mfaNamed, mfaNames, providerNamed } from './providers.ts'

test('the second factors of each provider are those that it says itself', async () => {
  let compared = 0
  for (const name of providerNames) {
    const provider = await providerOf(name).catch((error: unknown) => {
      // The server has no provider of SAML.
      if (error instanceof Failure) return undefined
      throw error
    })
    if (provider === undefined) continue
    compared += 1
    expect(provider.mfa, name).toEqual(mfaNames[name])
  }
  expect(compared).toBeGreaterThan(1)
})

test('names are found in any case', () => {
  expect(['keycloak', 'JUMPCLOUD', 'rolecall', 'adfs'].map(providerNamed)).toEqual([
    ...['KeyCloak', 'JumpCloud', 'Rolecall', undefined],
  ])
  expect(mfaNamed('Okta', 'yubico token:hardware')).toBe('YUBICO TOKEN:HARDWARE')
  expect(mfaNamed('JumpCloud', 'sms')).toBeUndefined()
})
