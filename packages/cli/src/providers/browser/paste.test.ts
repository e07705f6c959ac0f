import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { SignInParts } from '../provider.ts'
import { pastedResponse } from './paste.ts'

const xml = '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">é</samlp:Response>'
const value = Buffer.from(xml).toString('base64')
const url = 'https://idp.example/app'

function parts(text: string) {
  const told: string[] = []
  const terminal = { in: new PassThrough().end(text) }
  return {
    told,
    piped: { ask: { tell: () => undefined }, terminal } as unknown as SignInParts,
    asked: {
      ask: { tell: (line: string) => told.push(line), password: async () => text },
    } as unknown as SignInParts,
  }
}

test.each([
  ['the value', value],
  ['with blanks and quotes around it', ` "${value}"\n`],
  ['broken into lines', value.replace(/.{20}/g, '$&\n')],
  ['as it stands in the form', encodeURIComponent(value)],
  ['the whole body', `RelayState=x&SAMLResponse=${encodeURIComponent(value)}`],
  ['as developer tools show it', `SAMLResponse: ${value}`],
  ['the XML', xml],
])('takes %s', async (_, text) => {
  const { piped, asked, told } = parts(text)
  const expected = { samlResponse: value, acsUrl: undefined }
  expect(await pastedResponse(url, piped)).toEqual(expected)
  expect(await pastedResponse(url, asked)).toEqual(expected)
  expect(told.join('\n')).toContain(url)
})

test.each([
  ['nothing', ''],
  ['other words', 'I copied the wrong thing'],
  ['a request', Buffer.from('not xml').toString('base64')],
  ['two responses', `SAMLResponse=${value}&SAMLResponse=${value}`],
  ['more than AWS takes', Buffer.from(`<${'x'.repeat(80_000)}>`).toString('base64')],
  ['broken escapes', `%E0%A4%A${value}`],
])('refuses %s, and does not repeat it', async (_, text) => {
  const failing = pastedResponse(url, parts(text).piped)
  await expect(failing).rejects.toMatchObject({ reason: 'provider' })
  await expect(failing).rejects.not.toThrow(text.slice(0, 40) || 'never')
})
