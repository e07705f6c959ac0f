import { SamlError } from '../errors.ts'
import { decodeLooseBase64 } from './base64.ts'
import type { MessageName } from './redirect-binding.ts'

const maxFieldLength = 512 * 1024

/** The form field that carries a message by the HTTP-POST binding (saml-bindings 3.5.4). */
export function encodePost(xml: string): string {
  return Buffer.from(xml, 'utf8').toString('base64')
}

/**
 * The XML octets of a form field of the HTTP-POST binding (saml-bindings 3.5.4): canonical base64,
 * in which XML whitespace (line breaks) may stand. At most 512 KiB of base64.
 */
export function decodePost(field: string, name: MessageName): Buffer {
  // A form parser makes a list of a field that is sent twice, and nothing of one that is missing.
  if (typeof field !== 'string') refuse(name, 'one text', typeof field)
  if (field.length > maxFieldLength) {
    refuse(name, `at most ${maxFieldLength} characters`, `${field.length} characters`)
  }
  return decodeLooseBase64(field, name)
}

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('post.invalid', { check, expected, received })
}
