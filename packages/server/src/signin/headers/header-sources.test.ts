/** Whatever headers come, they are one person, nobody, or refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RefusedBy, SignInRefusal } from '../refusals.ts'
import { createHeaderSources } from './header-sources.ts'
import type { RequestFacts } from './request-facts.ts'

const sources = createHeaderSources([
  {
    id: 'proxy',
    title: 'Proxy',
    emailDomains: [],
    from: ['10.0.0.0/8'],
    username: 'x-user',
    lowerCase: false,
    displayName: 'x-name',
    email: undefined,
    groups: 'x-groups',
    separator: ',',
    secret: undefined,
    clientCertificate: undefined,
    groupsFrom: [],
    logoutUrl: undefined,
  },
])

const factsOf = (sent: readonly (readonly [string, string])[], peer: string): RequestFacts => ({
  header: wanted =>
    sent.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value),
  headerNames: sent.map(([name]) => name),
  peer,
  address: '198.51.100.1',
  certificate: undefined,
  isCrossSite: false,
})

const name = fc.constantFrom('X-User', 'x-user', 'X_User', 'X-Groups', 'x.groups', 'X-Name', 'Host')
const value = fc.oneof(
  fc.constantFrom('alice', '', '(null)', 'a,b', 'a, b', ' '),
  fc.string({ unit: 'binary', maxLength: 20 }).map(text => Buffer.from(text).toString('latin1')),
)
const headers = fc.array(fc.tuple(name, value), { maxLength: 5 })

test('headers of the proxy are one person, nobody, or refused', () => {
  let people = 0
  fc.assert(
    fc.property(headers, sent => {
      try {
        const found = sources.read(factsOf(sent, '::ffff:10.1.2.3'))
        if (found.kind !== 'person') {
          expect(found.kind).toBe('nobody')
          expect(sent.filter(([one]) => one.toLowerCase() === 'x-user')).toEqual([])
          return
        }
        people += 1
        const named = sent.filter(([one]) => /^x.user$/i.test(one))
        expect(named).toHaveLength(1)
        expect(found.person.username).toBe(named[0]?.[1])
        expect(found.person.username).toMatch(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/)
        expect(sent.filter(([one]) => /^x.groups$/i.test(one))).toHaveLength(1)
      } catch (error) {
        if (!(error instanceof RefusedBy)) throw error
        expect(error.cause).toBeInstanceOf(SignInRefusal)
      }
    }),
    { numRuns: 10_000 },
  )
  expect(people).toBeGreaterThan(5)
})

test('headers of anybody else are never a person, and never refused', () => {
  const stranger = fc.constantFrom('11.0.0.1', '::ffff:11.0.0.1', '::1', 'unknown', '')
  fc.assert(
    fc.property(headers, stranger, (sent, peer) => {
      const { kind } = sources.read(factsOf(sent, peer))
      const isNamed = sent.some(([one]) => one.toLowerCase() === 'x-user')
      expect(kind).toBe(isNamed ? 'ignored' : 'nobody')
    }),
  )
})
