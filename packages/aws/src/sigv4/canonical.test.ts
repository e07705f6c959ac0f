import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalPath } from './canonical-path.ts'
import { canonicalQuery, queryParameters } from './canonical-query.ts'
import { uriEncode, uriReencode } from './encoding.ts'
import { hmacSigner } from './hmac-signer.ts'
import { amzDate, parseAmzDate } from './time.ts'

describe('encoding', () => {
  it('encodes as encodeURIComponent does, and the five characters more', () => {
    const strict = (text: string) =>
      encodeURIComponent(text).replace(
        /[!'()*]/g,
        c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(uriEncode(text)).toBe(strict(text))
        expect(uriReencode(uriEncode(text))).toBe(uriEncode(text))
      }),
    )
  })

  it.each([
    ['%7e%41', '~A'],
    ['%e9', '%E9'],
    ['100%', '100%25'],
    ['%zz%2', '%25zz%252'],
    ['é', '%C3%A9'],
  ])('re-encodes %s as %s', (text, expected) => {
    expect(uriReencode(text)).toBe(expected)
  })
})

describe('canonicalPath', () => {
  it.each([
    ['', 'sts', '/'],
    ['/a%20b', 'sts', '/a%2520b'],
    ['/a/./b/../c//d/', 'sts', '/a/c/d/'],
    ['/../..', 'sts', '/'],
    ['/a/..', 'sts', '/'],
    ['/..a/.b/c..', 'sts', '/..a/.b/c..'],
    ['/a%20b//../c%2fd', 's3', '/a%20b//../c%2Fd'],
    ['/a+b=(c)', 's3', '/a%2Bb%3D%28c%29'],
  ])('of %j for %s is %j', (path, service, expected) => {
    expect(canonicalPath(path, service, {})).toBe(expected)
  })

  it('follows the rules that are given in place of the defaults', () => {
    expect(canonicalPath('/a/../%20', 's3', { normalizePath: true, encodePathAgain: true })).toBe(
      '/%2520',
    )
    expect(
      canonicalPath('/a/../%20', 'sts', { normalizePath: false, encodePathAgain: false }),
    ).toBe('/a/../%20')
  })
})

describe('canonicalQuery', () => {
  it.each([
    ['', ''],
    ['b=2&a=1', 'a=1&b=2'],
    ['a=b&a=a&a', 'a=&a=a&a=b'],
    ['a-b=1&a=2', 'a=2&a-b=1'],
    ['a+b=c+d', 'a%20b=c%20d'],
    ['a=b=c', 'a=b%3Dc'],
    ['&&a&', 'a='],
    ['=x', '=x'],
  ])('of %j is %j', (query, expected) => {
    expect(canonicalQuery(queryParameters(query))).toBe(expected)
  })

  it('does not depend on the order of the parameters', () => {
    const pair = fc.string({ unit: fc.constantFrom('a', 'b', '=', '%41', '-'), maxLength: 4 })
    fc.assert(
      fc.property(fc.array(pair), pairs => {
        const canonical = (list: string[]) => canonicalQuery(queryParameters(list.join('&')))
        expect(canonical([...pairs].reverse())).toBe(canonical(pairs))
      }),
    )
  })
})

describe('hmacSigner', () => {
  const chain = (secret: string, date: string, region: string, service: string) =>
    [date, region, service, 'aws4_request'].reduce<Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    )

  it('signs with the key that the chain of HMACs gives, whatever was cached before', () => {
    const part = fc.constantFrom('a', 'b', 'a-b', 'a.b')
    const secret = fc.constantFrom('a', 'a/b', 'b/a-b', '')
    // Longer than the room that a string to sign usually needs, too.
    const text = fc.string({ unit: 'grapheme', maxLength: 600 })
    fc.assert(
      fc.property(secret, part, part, part, text, (key, date, region, service, signed) => {
        const signer = hmacSigner(key, date, region, service)
        const expected = createHmac('sha256', chain(key, date, region, service))
        expect(signer.sign(signed)).toBe(expected.update(signed).digest('hex'))
        expect(signer.scope).toBe(`${date}/${region}/${service}/aws4_request`)
      }),
      { numRuns: 400 },
    )
  })

  it('is kept, and given up for others', () => {
    const first = hmacSigner('kept', '20260101', 'r', 's')
    expect(hmacSigner('kept', '20260101', 'r', 's')).toBe(first)
    for (let n = 0; n < 100; n++) hmacSigner(`other-${n}`, '20260101', 'r', 's')
    expect(hmacSigner('kept', '20260101', 'r', 's')).toBe(first)
    for (let n = 0; n < 128; n++) hmacSigner(`more-${n}`, '20260101', 'r', 's')
    const again = hmacSigner('kept', '20260101', 'r', 's')
    expect(again).not.toBe(first)
    expect(again.sign('text')).toBe(first.sign('text'))
  })
})

describe('times', () => {
  it('are written and read to the second', () => {
    const time = fc.date({
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(time, at => {
        const text = amzDate(at)
        expect(text).toBe(at.toISOString().replace(/[-:]|\.\d+/g, ''))
        expect(parseAmzDate(text)?.getTime()).toBe(Math.floor(at.getTime() / 1000) * 1000)
      }),
    )
  })

  it.each([
    '',
    '20260102',
    '20260102T030405',
    '20260102T250405Z',
    '20260230T000000Z',
    '2026-01-02T03:04:05Z',
  ])('%j is no time', text => {
    expect(parseAmzDate(text)).toBeUndefined()
  })

  it.each([new Date(Number.NaN), new Date(-1), new Date('+010000-01-01T00:00:00Z')])(
    '%s cannot be signed for',
    at => {
      expect(() => amzDate(at)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
    },
  )
})
