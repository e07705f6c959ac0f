/** What stands in the place of a masked value. */
export const masked = '** masked **'

/**
 * Names whose values are masked, in any case, as patterns. Header and field names that adapters mask, and
 * the names of AWS for keys, tokens and assertions.
 */
const names: readonly string[] = [
  '(?:proxy-)?authorization',
  'x-auth-token',
  'x-csrf-token',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-credential',
  'x-amz-s3session-token',
  'x-aws-ec2-metadata-token',
  '(?:set-)?cookie',
  'token',
  'user',
  'username',
  'passwd',
  'password',
  'api[-_]?key',
  'x-api-key',
  'client[-_][\\w-]*',
  'j?session[\\w-]*',
  'accesskeyid',
  'secretaccesskey',
  'sessiontoken',
  'aws_\\w*_key(?:_id)?',
  'aws_(?:session|security)_token',
  'samlassertion',
  'samlresponse',
  'webidentitytoken',
  'tokencode',
  'signintoken',
]

/** Finds the values of sensitive names. */
export interface SensitiveNames {
  /** Whether the value of this name is masked. */
  has(name: string): boolean
  /** A JSON value with the values of sensitive names masked, at any depth. */
  inValue(value: unknown): unknown
  /** A text with them masked, where they stand in a header, form, URL, JSON, XML or assignment. */
  inText(text: string): string
}

/** The names that are always masked, and these further ones. */
export function sensitiveNames(more: readonly string[] = []): SensitiveNames {
  const own = more.map(name => name.replace(/[^\w]/g, one => `\\${one}`))
  const any = `(?:${[...names, ...own].join('|')})`
  const whole = new RegExp(`^${any}$`, 'i')
  // `<ns:Name attribute="">value<`
  const element = new RegExp(`(<(?:[\\w.-]{1,64}:)?${any}(?:\\s[^<>]{0,256})?>)[^<]+`, 'gi')
  // `"name": "value"`, also inside a JSON text, where the quotes are escaped; `name: value` to the end of
  // the line, or `name=value` to what ends a parameter.
  const pair = new RegExp(
    `(?<![\\w-])(${any}\\\\*["']?\\s{0,8})(?:(:\\s{0,8})(?:(\\\\*["'])(?:(?!\\3)[^\\r\\n])*(?:\\3)?|[^\\s"'\\\\][^\\r\\n]*)|(=\\s{0,8})(?:(\\\\*["'])(?:(?!\\5)[^\\r\\n])*(?:\\5)?|[^\\s&;,"'<>\\\\]+))`,
    'gi',
  )

  const inValue = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inValue)
    if (typeof value === 'string') return inText(value)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        whole.test(name) && inner !== null && inner !== undefined ? masked : inValue(inner),
      ]),
    )
  }

  const inText = (text: string): string => {
    const json = jsonOf(text)
    if (json !== undefined) return JSON.stringify(inValue(json))
    return text
      .replace(element, `$1${masked}`)
      .replace(
        pair,
        (_, name: string, colon?: string, quote = '', equals?: string, otherQuote = '') =>
          `${name}${colon ?? equals ?? ''}${quote}${otherQuote}${masked}${quote}${otherQuote}`,
      )
  }
  return Object.freeze({ has: (name: string) => whole.test(name), inValue, inText })
}

/** The object or list that a text is the JSON of. */
function jsonOf(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
