import { describe, expect, test } from 'vitest'
import {
  buildRequest,
  buildResponse,
  readRequest,
  readResponse,
  requestInput,
  responseInput,
} from './logout-messages.ts'
import { accepted, mutants } from './mutants.ts'

const request = {
  built: buildRequest,
  read: (text: string, binding: 'post' | 'soap' | 'redirect') =>
    binding === 'redirect'
      ? readRequest({ binding, query: text })
      : binding === 'soap'
        ? readRequest({ binding, envelope: text })
        : readRequest({ binding, samlRequest: Buffer.from(text).toString('base64') }),
  query: (url: string) => requestInput({ url }) as { query: string },
}
const response = {
  built: buildResponse,
  read: (text: string, binding: 'post' | 'soap' | 'redirect') =>
    binding === 'redirect'
      ? readResponse({ binding, query: text })
      : binding === 'soap'
        ? readResponse({ binding, envelope: text })
        : readResponse({ binding, samlResponse: Buffer.from(text).toString('base64') }),
  query: (url: string) => responseInput({ url }) as { query: string },
}

describe.each([
  ['LogoutRequest', request],
  ['LogoutResponse', response],
])('no change of a %s changes what is read', (_, { built, read, query }) => {
  test('by redirect', async () => {
    const text = query(built('redirect', { relayState: 'r 1' }).url).query
    const original = await read(text, 'redirect')
    const readOne = (each: string) => read(each, 'redirect')
    expect(await accepted([text], readOne, original)).toBe(1)
    // Empty parameters, and the case of the hex digits of Signature, are outside what is signed.
    expect(await accepted(mutants(text, '&=%+'), readOne, original)).toBeLessThan(60)
  })

  test('by post', async () => {
    const text = built('post').xml
    const original = await read(text, 'post')
    const readOne = (each: string) => read(each, 'post')
    expect(await accepted([text], readOne, original)).toBe(1)
    // Blanks within tags and between the elements of the signature do not count.
    expect(await accepted(mutants(text, '<>&- '), readOne, original)).toBeLessThan(500)
  })

  test('by SOAP', async () => {
    const text = built('soap').envelope ?? expect.unreachable()
    const original = await read(text, 'soap')
    const readOne = (each: string) => read(each, 'soap')
    expect(await accepted([text], readOne, original)).toBe(1)
    // As by post, and blanks between the elements of the envelope.
    expect(await accepted(mutants(text, '<>&- '), readOne, original)).toBeLessThan(550)
  })
})
