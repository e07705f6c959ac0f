import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMasker } from './masker.ts'
import { masked } from './sensitive-names.ts'

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='
const secret = fc.string({ unit: fc.constantFrom(...base64), minLength: 16, maxLength: 60 })
const around = fc.string({ maxLength: 40 })

const encodings: [string, (text: string) => string][] = [
  ['as it is', text => text],
  ['percent-encoded', encodeURIComponent],
  ['as a form', text => new URLSearchParams({ a: text }).toString()],
  ['as JSON', text => JSON.stringify({ a: text })],
  ['as JSON with escaped slashes', text => text.replaceAll('/', '\\/')],
  ['as JSON in JSON', text => JSON.stringify(JSON.stringify({ a: text }))],
  ['in base64', text => Buffer.from(text).toString('base64')],
  ['in base64url', text => Buffer.from(text).toString('base64url')],
  ['in base64 after a colon', text => Buffer.from(`user:${text}`).toString('base64')],
  ['in base64 in the middle', text => Buffer.from(`ab${text}cd`).toString('base64')],
  [
    'percent-encoded throughout',
    text => text.replace(/./g, one => `%${one.charCodeAt(0).toString(16)}`),
  ],
  ['in HTML', text => text.replace(/[^A-Za-z0-9]/g, one => `&#${one.charCodeAt(0)};`)],
]

const bytes = (text: string, write: (byte: number) => string) =>
  Array.from(Buffer.from(text), write)
const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const base64Of = (text: string) => Buffer.from(text).toString('base64')

const hidden: [string, (text: string) => string][] = [
  ['as hexadecimal', text => Buffer.from(text).toString('hex')],
  ['as the bytes that S3 repeats', text => bytes(text, hex).join(' ')],
  ['as bytes of a program', text => bytes(text, byte => `0x${hex(byte)}`).join(', ')],
  ['as a list of numbers', text => JSON.stringify([...Buffer.from(text)])],
  ['in quoted-printable throughout', text => bytes(text, byte => `=${hex(byte)}`).join('')],
  ['in escapes of four digits', text => bytes(text, byte => `%u00${hex(byte)}`).join('')],
  ['in octal', text => bytes(text, byte => `\\${byte.toString(8).padStart(3, '0')}`).join('')],
  ['in base64 twice', text => base64Of(base64Of(`a${text}`))],
  ['in base64 of a form', text => base64Of(`a=${encodeURIComponent(text)}`)],
  ['in base64 of two bytes a letter', text => Buffer.from(text, 'utf16le').toString('base64')],
  ['in base64 of a mail', text => base64Of(text).replace(/.{10}/g, '$&\r\n')],
]

it.each(hidden)('a secret is in no masked text, %s', (_name, encode) => {
  const told = secret.filter(text => text.replace(/[^A-Za-z0-9]/g, '').length >= 12)
  fc.assert(
    fc.property(told, around, around, (value, before, after) => {
      const shown = createMasker([value]).mask(`${before} ${encode(value)} ${after}`)
      expect(shown).not.toContain(encode(value))
    }),
  )
})

it('masking costs little, however many secrets are known', () => {
  const masker = createMasker([])
  masker.learn(Array.from({ length: 512 }, () => randomBytes(270).toString('base64')))
  masker.mask('made ready')
  const began = performance.now()
  for (let line = 0; line < 20; line++) masker.mask('a short line of a log')
  expect(performance.now() - began).toBeLessThan(1000)
})

describe('a secret that a masker knows', () => {
  it.each(encodings)('is in no masked text, %s', (_name, encode) => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const masker = createMasker([])
        masker.learn([value])
        const shown = masker.mask(`${before} ${encode(value)} ${after}`)
        const part = value.slice(2, 14)
        expect(shown).not.toContain(value)
        for (const hidden of [part, encode(value)]) expect(shown).not.toContain(hidden)
        // No part of its base64 either, whose middle depends on the secret alone.
        const coded = Buffer.from(value).toString('base64').slice(4, 16)
        expect(shown).not.toContain(coded)
      }),
    )
  })

  it('is in no text that is cut, wherever the cut falls', () => {
    const value = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
    const masker = createMasker([value])
    for (let before = 65_536 - 60; before <= 65_536; before += 1) {
      const shown = masker.mask(
        `${value} ${'.'.repeat(before - 41)}${value}${' and more'.repeat(9)}`,
      )
      expect(shown.endsWith('…')).toBe(true)
      for (const part of [value.slice(0, 4), value.slice(0, 8)]) expect(shown).not.toContain(part)
    }
  })

  it('leaves the rest of a text as it is', () => {
    const masker = createMasker(['secret/value+1'])
    expect(masker.mask('PUT /a?b=c took 3 ms, secret%2Fvalue%2B1 ok')).toBe(
      `PUT /a?b=c took 3 ms, ${masked} ok`,
    )
  })

  it('is remembered among the latest 512, those given at the start for ever', () => {
    const masker = createMasker(['first-of-all-secrets'])
    masker.learn(['another one, the second'])
    masker.learn(Array.from({ length: 512 }, (_, n) => `another secret ${n}!`))
    expect(masker.mask('first-of-all-secrets')).toBe(masked)
    expect(masker.mask('another one, the second')).toBe('another one, the second')
    expect(masker.mask('another secret 0! another secret 511!')).toBe(`${masked} ${masked}`)
  })
})

describe('a value under a sensitive name', () => {
  const masker = createMasker([], ['x-tenant', 'pin(1)'])
  it.each([
    [
      'Authorization: AWS4-HMAC-SHA256 Credential=AKID/x, Signature=abc',
      `Authorization: ${masked}`,
    ],
    ['{"accessKeyId":"AKID","n":1}', `{"accessKeyId":"${masked}","n":1}`],
    ['{"a":[{"SessionToken":{"b":"c"}}]}', `{"a":[{"SessionToken":"${masked}"}]}`],
    ['it says "secretAccessKey": "x y", done', `it says "secretAccessKey": "${masked}", done`],
    ['a=1&aws_secret_key=x%2Fy&b=2', `a=1&aws_secret_key=${masked}&b=2`],
    ['GET /?X-Amz-Security-Token=abc%3D&c=d', `GET /?X-Amz-Security-Token=${masked}&c=d`],
    [
      '<SecretAccessKey>abc</SecretAccessKey><a>b</a>',
      `<SecretAccessKey>${masked}</SecretAccessKey><a>b</a>`,
    ],
    [
      '<s:SessionToken xml:lang="en">abc</s:SessionToken>',
      `<s:SessionToken xml:lang="en">${masked}</s:SessionToken>`,
    ],
    ['aws_access_key=AKID', `aws_access_key=${masked}`],
    ['set-cookie: a=b; Path=/', `set-cookie: ${masked}`],
    ['X-Tenant: 5', `X-Tenant: ${masked}`],
    ['pin(1)=5', `pin(1)=${masked}`],
    ['client_secret=5', `client_secret=${masked}`],
    ['PASSWORD = five', `PASSWORD = ${masked}`],
    ["password='it is five'", `password='${masked}'`],
    ['{\\"sessionToken\\":\\"abc\\",\\"n\\":1}', `{\\"sessionToken\\":\\"${masked}\\",\\"n\\":1}`],
  ])('%s', (text, shown) => {
    expect(masker.mask(text)).toBe(shown)
  })

  it.each(['RoleSessionName=task', 'tokens: 5', 'users=9', '{"usernames":["a"]}', 'x-amz-date: 2'])(
    'stays under another name: %s',
    text => {
      expect(masker.mask(text)).toBe(text)
    },
  )

  it('is found in long texts in little time', () => {
    const began = performance.now()
    for (const text of [
      'token',
      'token:',
      'token="',
      '<token ',
      'x-amz-',
      'aws_',
      '{"a":',
      'token\\',
    ]) {
      masker.mask(text.repeat(200_000 / text.length))
    }
    expect(performance.now() - began).toBeLessThan(2000)
  })
})
