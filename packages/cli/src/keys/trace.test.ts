import type { HttpRequest, HttpResponse } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { createTrace } from './trace.ts'

const secret = 'Correct-Horse-7'

async function traced(request: Partial<HttpRequest>, answer: Partial<HttpResponse> = {}) {
  const lines: string[] = []
  const trace = createTrace({ err: { write: text => lines.push(text) } })
  trace.learn([secret])
  const send = trace.through(async () => ({ status: 200, headers: {}, body: '', ...answer }))
  await send({ method: 'GET', url: 'https://idp.example/', headers: {}, ...request })
  return lines.join('')
}

const token = 'aB3dE5fG7hI9jK1lM3nO5pQ7'

test.each<[string, Partial<HttpRequest>, Partial<HttpResponse>]>([
  ['a password in JSON', { body: JSON.stringify({ email: 'a', password: secret }) }, {}],
  ['a password under no telling name', { body: `x=${encodeURIComponent(secret)}` }, {}],
  ['a password in the answer', {}, { body: `{"echo":"${secret}"}` }],
  ['an authorization', { headers: { authorization: `Bearer ${token}` } }, {}],
  ['a cookie that is sent', { headers: { cookie: `sid=${token}; x=short-one` } }, {}],
  ['a cookie that is set', {}, { headers: { 'set-cookie': `sid=${token}; Path=/` } }],
  ['a query', { url: `https://idp.example/cb?code=${token}&state=short-one` }, {}],
  ['where it is sent on', {}, { headers: { location: `https://a.example/?t=${token}#short-one` } }],
  ['a response of SAML', { body: `SAMLResponse=${encodeURIComponent(token.repeat(20))}` }, {}],
  ['a page', {}, { headers: { 'content-type': 'text/html' }, body: `<input value="${token}">` }],
  ['a code', { body: '{"otp":"short-one"}' }, {}],
  ['a token that nobody knows', {}, { body: `{"unheard_of":"${token}"}` }],
  ['tokens of OAuth', {}, { body: `{"refresh_token":"short-one","access_token":"${token}"}` }],
])('%s is not shown', async (_, request, answer) => {
  const shown = await traced(request, answer)
  expect(shown).toContain('debug: #1 > ')
  expect(shown).toContain('debug: #1 < 200 in ')
  for (const part of [secret, encodeURIComponent(secret), token, 'short-one']) {
    expect(shown).not.toContain(part)
  }
})

test('what helps is shown: where to, names, states, and nothing that moves the cursor', async () => {
  const shown = await traced(
    { method: 'POST', url: 'https://idp.example/userconsole/auth?x=1', headers: { accept: 'a/b' } },
    {
      status: 401,
      body: '{"message":"MFA required.\u001b[2J"}',
      headers: { 'set-cookie': 'sid=1' },
    },
  )
  expect(shown).toContain('POST https://idp.example/userconsole/auth?x=…')
  expect(shown).toContain('accept: a/b')
  expect(shown).toContain('MFA required.')
  expect(shown).not.toContain('\u001b')
})
