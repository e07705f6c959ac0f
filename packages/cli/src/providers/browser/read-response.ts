/** A SAML response in what a browser sends or a person pastes. */

/** Characters that AWS takes (AssumeRoleWithSAML). */
const maxResponse = 100_000

/** The field `SAMLResponse` of a form's body; undefined when there is none that AWS could take. */
export function responseIn(form: string): string | undefined {
  const values = new URLSearchParams(form).getAll('SAMLResponse')
  return values.length === 1 ? usable(values[0] ?? '') : undefined
}

/** What a person pastes: the field's value, a whole form body, a line of it, or the XML of the response. */
export function responseInPaste(text: string): string | undefined {
  const trimmed = text.trim().replace(/^["']|["']$/g, '')
  if (/^<\?xml|^<[\w-]*:?Response\b/.test(trimmed)) {
    return usable(Buffer.from(trimmed).toString('base64'))
  }
  if (/(^|&)SAMLResponse=/.test(trimmed)) return responseIn(trimmed)
  const value = trimmed.replace(/^SAMLResponse:?\s*/, '')
  return usable(/%[0-9A-Fa-f]{2}/.test(value) ? decoded(value) : value)
}

function usable(value: string): string | undefined {
  const text = value.replace(/\s+/g, '')
  if (text.length > maxResponse || !/^[A-Za-z0-9+/]{4,}={0,2}$/.test(text)) return undefined
  const isXml = /^\s*</.test(Buffer.from(text, 'base64').toString('utf8').slice(0, 100))
  return isXml ? text : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
