import fc from 'fast-check'
import { FilterParser } from 'ldapts'
import { expect, test } from 'vitest'
import { isLdapFilter } from './ldap-filter.ts'

// Of RFC 4515, 4, and of what people write.
test.each([
  '(cn=Babs Jensen)',
  '(!(cn=Tim Howes))',
  '(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))',
  '(o=univ*of*mich*)',
  '(seeAlso=)',
  '(cn:caseExactMatch:=Fred Flintstone)',
  '(sn:dn:2.4.6.8.10:=Barney Rubble)',
  '(o=Parens R Us \\28for all your parenthetical needs\\29)',
  '(cn=*\\2A*)',
  '(cn=Lu\\c4\\8di\\c4\\87)',
  '(!(userAccountControl:1.2.840.113556.1.4.803:=2))',
  '(age>=18)',
])('%s is a filter, to the library too', text => {
  expect(isLdapFilter(text)).toBe(true)
  expect(FilterParser.parseString(text)).toBeDefined()
})

test.each([
  ...['', 'uid=*', '()', '(uid)', '(&)', '(&(a=b)', '(a=b))', '(a=b)(c=d)', '(!(a=b)(c=d))'],
  ...['(a=(b))', '(a=\\2)', '(a=b\0)', ' (a=b)', '(|a=b)', '(&(a=b)x)'],
])('%j is none', text => {
  expect(isLdapFilter(text)).toBe(false)
})

test('what is taken, the library takes', () => {
  const { filter } = fc.letrec<{ filter: string }>(tie => ({
    filter: fc.oneof(
      { maxDepth: 4 },
      fc
        .tuple(
          fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/),
          fc.constantFrom('=', '>=', '<=', '~=', ':=', ':dn:=', ':1.2.3:=', ':dn:rule:='),
          fc.array(fc.constantFrom('a', '*', '\\2a', ' ', 'ü', '=', '&', '!', ':', '~', '\\5C')),
        )
        .map(([name, sign, value]) => `(${name}${sign}${value.join('')})`),
      fc
        .tuple(fc.constantFrom('&', '|'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
        .map(([sign, list]) => `(${sign}${list.join('')})`),
      tie('filter').map(one => `(!${one})`),
    ),
  }))
  let taken = 0
  fc.assert(
    fc.property(filter, text => {
      if (!isLdapFilter(text)) return
      taken += 1
      FilterParser.parseString(text)
    }),
    { numRuns: 1000 },
  )
  expect(taken).toBeGreaterThan(100)
})
