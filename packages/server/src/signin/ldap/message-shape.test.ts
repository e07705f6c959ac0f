import fc from 'fast-check'
import { MessageParser } from 'ldapts'
import { expect, test } from 'vitest'
import { entryMessage, resultMessage } from '../../../tests/ldap/tiny-directory.ts'
import { elementAt } from './ber.ts'
import { checkMessage } from './message-shape.ts'

const check = (bytes: Buffer) => {
  const element = elementAt(bytes, 0)
  return typeof element === 'object' && element.to === bytes.length
    ? checkMessage(bytes, element)
    : undefined
}

const values = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 })
const messages = fc.oneof(
  fc
    .tuple(fc.nat(70_000), fc.string(), fc.dictionary(fc.stringMatching(/^[a-z]{3,9}$/), values))
    .map(([id, dn, attributes]) =>
      entryMessage(id, {
        ...Object.fromEntries(
          Object.entries(attributes).map(([name, list]) => [
            name,
            list.map(one => Buffer.from(one)),
          ]),
        ),
        dn,
      }),
    ),
  fc
    .tuple(fc.nat(70_000), fc.constantFrom(0x61, 0x65, 0x78), fc.nat(100), fc.string())
    .map(([id, tag, result, text]) => resultMessage(id, tag, result, text)),
)

test('answers as servers send them are taken', () => {
  fc.assert(fc.property(messages, bytes => check(bytes) !== undefined))
})

test('what is taken, the library reads to its end; what is changed is taken or not, and never hangs', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(messages, changes, (bytes, list) => {
      const changed = Buffer.from(bytes)
      for (const [at, byte] of list) changed[at % changed.length] = byte
      const message = check(changed)
      if (message === undefined) return true
      let read = 0
      const parser = new MessageParser()
      parser.on('message', () => void read++)
      parser.on('error', () => void read++)
      parser.read(changed, new Map())
      return read === 1
    }),
    { numRuns: 2000 },
  )
})

test('bytes of any kind are not taken for an answer', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      bytes => check(Buffer.from(bytes)) === undefined,
    ),
  )
})

test('the cookie of a page', () => {
  const control = (value: string) => {
    const oid = Buffer.from('1.2.840.113556.1.4.319')
    const content = Buffer.from(value, 'hex')
    const one = [0x04, oid.length, ...oid, 0x04, content.length, ...content]
    return [0xa0, one.length + 2, 0x30, one.length, ...one]
  }
  const withControl = (value: string) => {
    const done = resultMessage(3, 0x65, 0)
    const inner = [...done.subarray(2), ...control(value)]
    return check(Buffer.from([0x30, inner.length, ...inner]))
  }
  expect(withControl('3007020100040261 62'.replaceAll(' ', ''))).toMatchObject({
    isSearchDone: true,
    cookie: Buffer.from('ab'),
  })
  expect(withControl('30050201000400')).toMatchObject({ cookie: Buffer.alloc(0) })
  expect(withControl('3007020100047f61')).toBeUndefined()
})
