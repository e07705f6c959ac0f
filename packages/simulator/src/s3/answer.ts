import { randomBytes } from 'node:crypto'
import type { Outgoing, RequestHead } from '../http/exchange.ts'
import { escapeXml } from '../query/xml.ts'
import type { S3Fault } from './s3-fault.ts'

/** An element of S3's XML: its name, and its text or children. S3's lists are elements that repeat. */
export type XmlPart = readonly [
  name: string,
  content: string | number | boolean | undefined | readonly XmlPart[],
]

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** A 200 with a document. */
export function xmlAnswer(root: string, parts: readonly XmlPart[], now: Date): Outgoing {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${parts.map(written).join('')}</${root}>`
  return answer(200, { 'content-type': 'application/xml' }, body, now)
}

/** An error. A HEAD gets it without its body, as all of S3's. */
export function errorAnswer(fault: S3Fault, request: RequestHead, now: Date): Outgoing {
  const id = requestId()
  const parts: XmlPart[] = [
    ['Code', fault.code],
    ['Message', fault.message],
    ...Object.entries(fault.details),
    ['Resource', request.path],
    ['RequestId', id],
    ['HostId', hostId],
  ]
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${parts.map(written).join('')}</Error>`
  const headers = { 'content-type': 'application/xml', ...fault.headers, 'x-amz-request-id': id }
  return answer(fault.status, headers, body, now)
}

/** Any answer, with the headers that all of S3's have. Give the length of a body in pieces. */
export function answer(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Outgoing['body'],
  now: Date,
): Outgoing {
  // RFC 9110 8.6: neither has a body, and 304 would say a length that is not the object's.
  const hasNoLength = status === 204 || status === 304
  const length =
    typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {}
  return {
    status,
    headers: {
      'x-amz-request-id': requestId(),
      'x-amz-id-2': hostId,
      date: now.toUTCString(),
      server: 'AmazonS3',
      ...(hasNoLength ? {} : length),
      ...headers,
    },
    body,
  }
}

const hostId = 'c2ltdWxhdG9y'

const requestId = () => randomBytes(8).toString('hex').toUpperCase()

function written([name, content]: XmlPart): string {
  if (content === undefined) return ''
  const inner =
    typeof content === 'object' ? content.map(written).join('') : escapeXml(String(content))
  return `<${name}>${inner}</${name}>`
}
