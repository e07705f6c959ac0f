import { expect, test } from 'vitest'
import { readForm } from './form.ts'

const url = 'https://idp.example/sso/start'
const page = (body: string) => ({ url, status: 200, body })

test('the action is absolute and the hidden fields are unescaped', () => {
  const form = readForm(
    page(`<form method="post" action="../acs?a=1&amp;b=&#34;2&#x22;">
<input type="hidden" name="RelayState" value="&lt;a&gt; &amp;lt; &quot;&#39;&apos;">
<input type="hidden" name="empty"><input name="typed" value="x"><input type="hidden" value="unnamed">
<button name="go" value="1">Go</button></form><input type="hidden" name="outside" value="x">`),
  )
  expect(form).toEqual({
    action: 'https://idp.example/acs?a=1&b=%222%22',
    fields: { RelayState: `<a> &lt; "''`, empty: '' },
  })
})

test('no quotes, single quotes, capitals, and a > in a value', () => {
  const form = readForm(
    page(`<FORM data-method=get METHOD=Post action='/acs'>
<INPUT TYPE=hidden NAME=one value=a/b== ><input value='>name="x"' name = "two" type="hidden"/></FORM >`),
  )
  expect(form).toEqual({
    action: 'https://idp.example/acs',
    fields: { one: 'a/b==', two: '>name="x"' },
  })
})

test('a form without an action posts to its page; a number that is no character is replaced', () => {
  const body = '<form method="post"><input type="hidden" name="a" value="&#1114112;"></form>'
  expect(readForm(page(body))).toEqual({ action: url, fields: { a: '\ufffd' } })
})

test('one of several forms is found by a field', () => {
  const forms = page(`<form method="get" action="/search"><input name="q"></form>
<form method="post" action="/language"><input type="hidden" name="to" value="fr"></form>
<form method="post" action="/login"><input type="hidden" name="state" value="s"><input name="password"></form>`)
  expect(readForm(forms, 'password')).toEqual({
    action: 'https://idp.example/login',
    fields: { state: 's' },
  })
  expect(() => readForm(forms)).toThrow(
    'Expected one form that posts at https://idp.example/sso/start (status 200), found 2.',
  )
  for (const field of ['q', 'SAMLResponse']) {
    expect(() => readForm(forms, field)).toThrow(
      expect.objectContaining({ code: 'form_missing', message: expect.stringMatching(/found 0/) }),
    )
  }
})
