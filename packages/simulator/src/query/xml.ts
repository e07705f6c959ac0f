/** Content of an element: text, children by name, a list of `member`s, or nothing (left out). */
export type XmlContent =
  | string
  | number
  | readonly XmlContent[]
  | { readonly [name: string]: XmlContent | undefined }

const dispatcherNamespace = 'http://webservices.amazon.com/AWSFault/2005-15-09'

/** Text for element content or an attribute. Characters that XML 1.0 cannot carry become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"'\r]/g, character => `&#${character.charCodeAt(0)};`)
}

function element(name: string, content: XmlContent): string {
  return `<${name}>${inner(content)}</${name}>`
}

function inner(content: XmlContent): string {
  if (typeof content === 'string') return escapeXml(content)
  if (typeof content === 'number') return String(content)
  if (Array.isArray(content)) return content.map(item => element('member', item)).join('')
  return Object.entries(content)
    .map(([name, child]) => (child === undefined ? '' : element(name, child)))
    .join('')
}

/** The body of a successful answer of the Query protocol; operations without a result have no element for it. */
export function successXml(
  namespace: string,
  operation: string,
  result: XmlContent | undefined,
  requestId: string,
): string {
  const body = result === undefined ? '' : element(`${operation}Result`, result)
  const metadata = element('ResponseMetadata', { RequestId: requestId })
  return `<${operation}Response xmlns="${namespace}">${body}${metadata}</${operation}Response>`
}

/** The body of an error of the Query protocol. */
export function errorXml(
  ownNamespace: string,
  fault: {
    readonly status: number
    readonly code: string
    readonly wireMessage: string | undefined
    readonly dispatcher: boolean
  },
  requestId: string,
): string {
  const namespace = fault.dispatcher ? dispatcherNamespace : ownNamespace
  const error = element('Error', {
    Type: fault.status >= 500 ? 'Receiver' : 'Sender',
    Code: fault.code,
    Message: fault.wireMessage,
  })
  return `<ErrorResponse xmlns="${namespace}">${error}${element('RequestId', requestId)}</ErrorResponse>`
}
