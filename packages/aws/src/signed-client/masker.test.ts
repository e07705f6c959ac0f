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
