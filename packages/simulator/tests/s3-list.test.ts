import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareUtf8, listKeys, type Mark, markOf, tokenOf } from '../src/s3/list-keys.ts'
import { runS3, texts } from './s3-client.ts'

const { send } = await runS3()

const key = fc.string({
  unit: fc.constantFrom('a', 'b', '/', '-', 'é', '\u{e000}', '😀'),
  minLength: 1,
  maxLength: 6,
})
const listing = fc.record({
  keys: fc.uniqueArray(key, { maxLength: 30 }),
  prefix: fc.constantFrom('', 'a', 'a/', 'b-', 'é'),
  delimiter: fc.constantFrom('', '/', '-', 'a/'),
  max: fc.integer({ min: 1, max: 7 }),
})

/** What all pages together must have: the documented meaning, without pages. */
function plainList(keys: readonly string[], prefix: string, delimiter: string): Set<string> {
  const found = keys
    .filter(each => each.startsWith(prefix))
    .map(each => {
      const [before = '', ...rest] =
        delimiter === '' ? [each] : each.slice(prefix.length).split(delimiter)
      return rest.length === 0 ? `key ${each}` : `prefix ${prefix}${before}${delimiter}`
    })
  return new Set(found)
}

test('pages together have every key and common prefix once, in order', () => {
  fc.assert(
    fc.property(listing, ({ keys, prefix, delimiter, max }) => {
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      const found: string[] = []
      let after: Mark | undefined
      for (let pages = 0; pages <= keys.length; pages++) {
        const page = listKeys(sorted, { prefix, delimiter, max, after })
        expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(max)
        found.push(...page.keys.map(each => `key ${each}`))
        found.push(...page.prefixes.map(each => `prefix ${each}`))
        if (page.next === undefined) break
        expect(page.keys.length + page.prefixes.length).toBe(max)
        after = markOf(tokenOf(page.next))
        expect(after).toEqual(page.next)
      }
      const expected = plainList(keys, prefix, delimiter)
      expect(found).toHaveLength(expected.size)
      expect(new Set(found)).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test('the order is that of the bytes', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b))
      expect(Math.sign(compareUtf8(a, b))).toBe(bytes)
    }),
  )
})

test.each(['', 'x', 'W10', Buffer.from('["other","x"]').toString('base64url')])(
  '%j is no token',
  async token => {
    expect(markOf(token)).toBeUndefined()
    const answer = await send('GET', `/plain?list-type=2&continuation-token=${token}`)
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' })
  },
)

test('a list over the wire, page by page', async () => {
  for (const name of ['a', 'd/1', 'd/2', 'e%20f', 'z']) {
    await send('PUT', `/central/${name}`, { body: name, signing: { region: 'eu-central-1' } })
  }
  const list = (query: string) =>
    send('GET', `/central?list-type=2&${query}`, { signing: { region: 'eu-central-1' } })
  const first = await list('delimiter=%2F&max-keys=2&encoding-type=url')
  expect(texts(first.text, 'Key')).toEqual(['a'])
  expect(first.text).toContain('<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>')
  expect(texts(first.text, 'IsTruncated')).toEqual(['true'])
  const [token = ''] = texts(first.text, 'NextContinuationToken')
  const second = await list(
    `delimiter=%2F&max-keys=2&encoding-type=url&continuation-token=${token}`,
  )
  expect(texts(second.text, 'Key')).toEqual(['e%20f', 'z'])
  expect(texts(second.text, 'KeyCount')).toEqual(['2'])
  expect(texts(second.text, 'IsTruncated')).toEqual(['false'])
  const after = await list('start-after=d%2F1&fetch-owner=true')
  expect(texts(after.text, 'Key')).toEqual(['d/2', 'e f', 'z'])
  expect(texts(after.text, 'ID')).toHaveLength(3)
  const none = await list('max-keys=0')
  expect([texts(none.text, 'Key'), texts(none.text, 'IsTruncated')]).toEqual([[], ['false']])
  expect(await list('max-keys=x')).toMatchObject({ status: 400, code: 'InvalidArgument' })
  expect(await list('encoding-type=x')).toMatchObject({ status: 400, code: 'InvalidArgument' })
})
