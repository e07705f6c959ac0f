import { describe, expect, it } from 'vitest'
import { filled, findSamlForm, readPage } from './index.ts'

const base = 'https://idp.example.com/sso/start'

describe('readPage', () => {
  it('finds texts and attributes by tag, id, class and attribute', () => {
    const page = readPage(
      `<title> Sign  in </title><span id=input-error class="a b">Wrong <b>password</b>
      <script>no()</script></span><input name=otp id=code value=1><p class=b>two</p>`,
      base,
    )
    expect(page.title).toBe('Sign in')
    expect(page.text('span#input-error')).toBe('Wrong password')
    expect(page.text('#input-error.b')).toBe('Wrong password')
    expect(page.text('div#input-error')).toBeUndefined()
    expect(page.texts('.b')).toEqual(['Wrong password', 'two'])
    expect(page.attribute('input[name=otp]', 'id')).toBe('code')
    expect(page.attribute('input[name="otp"][value]', 'id')).toBe('code')
    expect(page.scripts).toEqual(['no()'])
    expect(() => page.text('div > p')).toThrow(TypeError)
  })

  it.each([
    ['nested too deep', '<form><div></form>'.repeat(20_000), /512 deep/],
    [
      'of too many elements',
      '<input name=a>'.repeat(20_000) + '<form></form>'.repeat(20_000),
      /el/,
    ],
    ['too long', ' '.repeat(2 ** 21), /characters/],
  ])('refuses a page that is %s instead of reading it for minutes', (_, html, message) => {
    expect(() => readPage(html, base)).toThrow(message)
    expect(() => readPage(html, base)).toThrow(/^idp\.example\.com did not answer as expected/)
  })

  it('gives forms the fields that browsers give them', () => {
    const [broken, other] = readPage(
      `<table><form action=/a method=post><tr><td><input name=one></td></tr></form></table>
      <form id=b action="javascript:alert(1)"><select name=kind><option value=x>X<option selected>Y</select>
      <input type=radio name=r value=1><input type=radio name=r value=2 checked><input name=off disabled>
      <textarea name=t>text</textarea></form><input name=far form=b value=3>`,
      base,
    ).forms
    expect(broken).toMatchObject({ action: 'https://idp.example.com/a', method: 'POST' })
    expect(broken?.fields.map(({ name }) => name)).toEqual(['one'])
    expect(other?.action).toBeUndefined()
    expect(other === undefined ? [] : filled(other, { extra: '4' })).toEqual([
      ['kind', 'Y'],
      ['r', '2'],
      ['t', 'text'],
      ['far', '3'],
      ['extra', '4'],
    ])
    expect(other?.field('kind')?.options).toEqual([
      { value: 'x', label: 'X' },
      { value: 'Y', label: 'Y' },
    ])
  })

  it('reads a page that nests as deep as browsers let it', () => {
    const page = readPage(`${'<div>'.repeat(500)}<p id=deep>here`, base)
    expect(page.text('#deep')).toBe('here')
  })

  it('resolves addresses by the base element', () => {
    const [form] = readPage('<base href="https://b.example/x/"><form action=y></form>', base).forms
    expect(form?.action).toBe('https://b.example/x/y')
  })
})

describe('findSamlForm', () => {
  const form = (response: string) =>
    `<form method=post action="https://signin.aws.amazon.com/saml"><noscript><p>go on</noscript>
    <input name="SAMLResponse" value="${response}"><input name=RelayState value=""></form>`

  it('gives the response and where it goes', () => {
    expect(findSamlForm(`<form><input name=q></form>${form('PHNhbWw+\nPC8+')}`, base)).toEqual({
      samlResponse: 'PHNhbWw+PC8+',
      acsUrl: 'https://signin.aws.amazon.com/saml',
    })
  })

  it('takes that to AWS when there are several', () => {
    const other = '<form action=/acs><input name=SAMLResponse value="b3RoZXI="></form>'
    const found = { samlResponse: 'PHNhbWw+', acsUrl: 'https://signin.aws.amazon.com/saml' }
    expect(findSamlForm(`${other}${form('PHNhbWw+')}`, base)).toEqual(found)
    expect(findSamlForm(other, base)?.acsUrl).toBe('https://idp.example.com/acs')
  })

  it('takes nothing that AWS would not', () => {
    for (const bad of ['', 'no base64!', 'A'.repeat(100_001)]) {
      expect(findSamlForm(form(bad), base)).toBeUndefined()
    }
    expect(findSamlForm('<p>sign in</p>', base)).toBeUndefined()
  })
})
