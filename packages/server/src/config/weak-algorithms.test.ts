import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { bindings, buildMetadata } from '@rolecall/saml'
import { selfSignedCertificate } from '@rolecall/simulator'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { daysLeft, endNotice, loadConfig } from './index.ts'

const allowed = { algorithm: 'rsa-sha1', until: '2027-03-31' } as const
const at = (text: string) => new Date(text)

test.each([
  ['2027-03-31T23:59:59.999Z', 1],
  ['2027-04-01T00:00:00Z', 0],
  ['2027-03-31T00:00:00Z', 1],
  ['2027-03-30T23:59:59Z', 2],
  ['2027-03-01T12:00:00Z', 31],
])('at %s %d days are left', (now, days) => {
  expect(daysLeft(allowed, at(now))).toBe(days)
})

test('a date that cannot be read leaves none', () => {
  expect(daysLeft({ ...allowed, until: 'never' }, at('2020-01-01'))).toBe(0)
})

test('the notice comes in the last 30 days', () => {
  expect(endNotice(allowed, at('2027-03-01T12:00:00Z'))).toBeUndefined()
  expect(endNotice(allowed, at('2027-03-02T12:00:00Z'))).toBe(
    'rsa-sha1 is taken for 30 more days only: after 2027-03-31 sign-ins that need it are refused',
  )
  expect(endNotice(allowed, at('2027-03-31T12:00:00Z'))).toContain('taken today only')
  expect(endNotice(allowed, at('2027-04-01T12:00:00Z'))).toBeUndefined()
})

async function load(entry: string, now: string) {
  const yaml = `publicUrl: https://aws.example.com
signIn:
  saml: [{id: company, metadata: {url: https://idp.example.com}, allow: [${entry}]}]
`
  const directory = temporaryDirectory({ 'c.yaml': yaml })
  const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 's3cret' }
  const result = await loadConfig(join(directory, 'c.yaml'), { env, now: at(now) })
  const said = result.ok ? result.warnings : result.problems
  return { result, said: said.map(({ key, message }) => `${key}: ${message}`) }
}

test.each([
  ['2027-01-01', 'rsa-sha1 is weak, and taken until 2027-03-31'],
  [
    '2027-03-20',
    'rsa-sha1 is taken for 12 more days only: after 2027-03-31 sign-ins that need it are refused',
  ],
  ['2027-04-01', 'rsa-sha1 was taken until 2027-03-31, and no longer'],
])('loading at %s warns, and loads', async (now, message) => {
  const { result, said } = await load('{algorithm: rsa-sha1, until: 2027-03-31}', now)
  expect(result.ok && result.config.signIn.saml[0]?.allow).toEqual([allowed])
  expect(said).toEqual([`signIn.saml[0].allow[0]: ${message}`])
})

test.each([
  ['{algorithm: md5, until: 2027-03-31}', 'signIn.saml[0].allow[0].algorithm: '],
  ['{algorithm: sha1}', 'signIn.saml[0].allow[0].until: '],
  ['{algorithm: sha1, until: 2027-02-30}', 'signIn.saml[0].allow[0].until: '],
  ['{algorithm: sha1, until: soon}', 'signIn.saml[0].allow[0].until: '],
])('refuses %s', async (entry, said) => {
  const found = await load(entry, '2026-01-01')
  expect(found.result.ok).toBe(false)
  expect(found.said).toEqual([expect.stringContaining(said)])
})

test('metadata whose only key is short is of use where such keys are allowed, also past the day', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2040-01-01') }
  const idp = buildMetadata({
    entityId: 'https://idp.example.com',
    idp: {
      ssoEndpoints: [{ binding: bindings.redirect, location: 'https://idp.example.com/sso' }],
      signingCertificates: [selfSignedCertificate(privateKey, { commonName: 'IdP', ...dates })],
    },
  })
  const isTaken = async (allow: string) => {
    const yaml = `publicUrl: https://aws.example.com
signIn:
  saml: [{id: company, metadata: {file: idp.xml}, allow: [${allow}]}]
`
    const directory = temporaryDirectory({ 'c.yaml': yaml, 'idp.xml': idp })
    return (await loadConfig(join(directory, 'c.yaml'), { env: {}, now: at('2027-01-01') })).ok
  }
  expect(await isTaken('')).toBe(false)
  expect(await isTaken('{algorithm: sha1, until: 2026-01-01}')).toBe(false)
  expect(await isTaken('{algorithm: rsa-1024, until: 2026-01-01}')).toBe(true)
})
