import { expect, test } from 'vitest'
import { checkAuthnContext, meetsAuthnContext } from './meets-authn-context.ts'
import type { AuthnContextComparison } from './request-demands.ts'

const strengths = ['weak', 'middle', 'strong']
const asks = (comparison: AuthnContextComparison, ...classRefs: string[]) => ({
  comparison,
  classRefs,
  declRefs: [],
})

test.each<[AuthnContextComparison, string[], string[]]>([
  ['exact', ['middle'], ['middle']],
  ['exact', ['weak', 'strong'], ['weak', 'strong']],
  ['exact', ['unheard of'], ['unheard of']],
  ['minimum', ['middle'], ['middle', 'strong']],
  ['minimum', ['strong', 'middle'], ['middle', 'strong']],
  ['minimum', ['unheard of'], ['unheard of']],
  ['maximum', ['middle'], ['weak', 'middle']],
  ['maximum', ['weak', 'middle'], ['weak', 'middle']],
  ['maximum', ['unheard of'], ['unheard of']],
  ['better', ['weak'], ['middle', 'strong']],
  ['better', ['weak', 'middle'], ['strong']],
  ['better', ['strong'], []],
  ['better', ['weak', 'unheard of'], []],
])('%s %j is met by %j alone', (comparison, classRefs, met) => {
  const all = [...strengths, 'unheard of', 'another']
  const requested = asks(comparison, ...classRefs)
  expect(all.filter(each => meetsAuthnContext(each, requested, strengths))).toEqual(met)
  for (const each of all) {
    const check = () => checkAuthnContext(each, requested, strengths)
    if (met.includes(each)) check()
    else expect(check).toThrow(expect.objectContaining({ code: 'request.authn-context' }))
  }
})

test('no request is met by anything, a declaration by nothing', () => {
  expect(meetsAuthnContext('x', undefined, [])).toBe(true)
  checkAuthnContext('x', undefined, [])
  for (const comparison of ['exact', 'minimum', 'maximum', 'better'] as const) {
    const requested = { comparison, classRefs: [], declRefs: ['strong'] }
    expect(meetsAuthnContext('strong', requested, strengths)).toBe(false)
  }
})
