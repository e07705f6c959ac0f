import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { redactable } from './credentials.ts'
import { environmentCredentials } from './environment.ts'
import { Secret } from './secret.ts'
import { staticCredentials } from './static.ts'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }

/** All the ways in which a value usually reaches a log. */
function printed(value: unknown): string {
  return [
    JSON.stringify({ value }),
    inspect({ value }, { depth: 9, showHidden: true }),
    format('%s %o %j', value, value, value),
    String(value),
    `${value}`,
  ].join('\n')
}

describe('secrets', () => {
  it('are not printed', () => {
    const secret = new Secret(secretAccessKey)
    expect(printed(secret)).not.toContain(secretAccessKey)
    expect(printed(secret)).toContain('[redacted]')
    expect(secret.reveal()).toBe(secretAccessKey)
  })

  it('in credentials are not printed, and are there to use', () => {
    const credentials = redactable({ ...keys, sessionToken: 'the+token', expiration: new Date(0) })
    const text =
      JSON.stringify({ credentials }) +
      inspect({ credentials }) +
      format('%s %j', credentials, credentials) +
      String(credentials)
    expect(text).not.toMatch(/wJalr|the\+token/)
    expect(text).toContain('AKIDEXAMPLE')
    expect({ ...credentials }).toEqual({
      ...keys,
      sessionToken: 'the+token',
      expiration: new Date(0),
    })
    expect(Object.isFrozen(credentials)).toBe(true)
  })
})

describe('staticCredentials', () => {
  it('gives what was given, and describes it without the secret', async () => {
    const source = staticCredentials(keys)
    expect(await source.get()).toEqual(keys)
    expect(source.describe()).toBe('given credentials (AKIDEXAMPLE)')
  })

  it.each([
    [{ ...keys, accessKeyId: '' }, 'incomplete_credentials'],
    [{ ...keys, secretAccessKey: '' }, 'incomplete_credentials'],
    [{ ...keys, secretAccessKey: `${secretAccessKey} ` }, 'invalid_argument'],
    [{ accessKeyId: secretAccessKey, secretAccessKey: 'AKIDEXAMPLE' }, 'invalid_argument'],
    [{ ...keys, sessionToken: 'a\nb' }, 'invalid_argument'],
  ])('refuses mangled keys without showing them', (credentials, code) => {
    expect(() => staticCredentials(credentials)).toThrow(
      expect.objectContaining({ code, message: expect.not.stringContaining('wJalr') }),
    )
  })
})

describe('environmentCredentials', () => {
  it('reads the variables at each call', async () => {
    const env: Record<string, string> = {}
    const source = environmentCredentials(env)
    await expect(source.get()).rejects.toMatchObject({ code: 'no_credentials' })
    env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'
    await expect(source.get()).rejects.toMatchObject({ code: 'incomplete_credentials' })
    env.AWS_SECRET_ACCESS_KEY = secretAccessKey
    expect(await source.get()).toEqual(keys)
    env.AWS_SESSION_TOKEN = 'token'
    env.AWS_SECURITY_TOKEN = 'older'
    expect(await source.get()).toEqual({ ...keys, sessionToken: 'token' })
    env.AWS_CREDENTIAL_EXPIRATION = '2026-01-31T12:00:00+00:00'
    env.AWS_ACCOUNT_ID = '123456789012'
    expect(await source.get()).toEqual({
      ...keys,
      sessionToken: 'token',
      expiration: new Date('2026-01-31T12:00:00Z'),
      accountId: '123456789012',
    })
    env.AWS_ACCOUNT_ID = '12345'
    await expect(source.get()).rejects.toMatchObject({ code: 'invalid_argument' })
    env.AWS_CREDENTIAL_EXPIRATION = 'tomorrow'
    await expect(source.get()).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('AWS_CREDENTIAL_EXPIRATION'),
    })
    expect(source.describe()).not.toContain(secretAccessKey)
  })
})
