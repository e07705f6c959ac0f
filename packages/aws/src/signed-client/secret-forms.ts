/**
 * The forms in which a secret may stand in a text: as it is, percent-encoded, in JSON with escaped
 * slashes, in HTML, and in base64 of a longer text that it is a part of. Longest first.
 */
export function secretForms(secret: string): readonly string[] {
  const percent = encodeURIComponent(secret)
  const forms = new Set([
    secret,
    percent,
    percent.replace(/%../g, code => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('/', '\\/'),
    escaped(secret, code => `\\u${code.toString(16).padStart(4, '0')}`),
    escaped(secret, code => `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`),
    escaped(secret, code => `&#${code};`),
    escaped(secret, code => `&#x${code.toString(16)};`),
    escaped(secret, code => `&#x${code.toString(16).toUpperCase()};`),
    ...base64Parts(secret),
  ])
  return [...forms].sort((a, b) => b.length - a.length)
}

function escaped(text: string, write: (code: number) => string): string {
  return text.replace(/[^A-Za-z0-9]/g, one => write(one.charCodeAt(0)))
}

/**
 * What the base64 of any text with the secret in it contains: the secret may begin at each of three places
 * in a group, and the characters that its neighbours take part in are left out.
 */
function base64Parts(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  return [0, 1, 2].flatMap(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor(((before + bytes.length) * 8) / 6)
    const part = text.slice(from, to)
    return [part, part.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
