/**
 * Whether a message of a directory server has the shape that RFC 4511 gives it. The client library takes what is
 * missing for success and does not stop at lengths that lead nowhere, so that it sees whole messages only.
 */
import { type Element, type Inside, inside, tags } from './ber.ts'

const operations = {
  bindResponse: 0x61,
  searchEntry: 0x64,
  searchDone: 0x65,
  searchReference: 0x73,
  extendedResponse: 0x78,
} as const
const referralTag = 0xa3
const controlsTag = 0xa0
const pagedResults = '1.2.840.113556.1.4.319'
const mostControls = 16
const noCookie = Buffer.alloc(0)
/** `dn` is what the library calls the name of an entry. */
const attributeName = /^(?!dn$)[A-Za-z0-9][A-Za-z0-9.;=-]{0,255}$/

/** A message that may be passed on. */
export interface CheckedMessage {
  readonly id: number
  readonly isSearchDone: boolean
  /** RFC 2696: where the next page begins; empty: there is none. */
  readonly cookie: Buffer
  /** The result code; undefined of an entry or a reference. */
  readonly result: number | undefined
}

/** Undefined when the message, which is there to its end, has not the shape of an answer. */
export function checkMessage(bytes: Buffer, message: Element): CheckedMessage | undefined {
  if (message.tag !== tags.sequence) return undefined
  const parts = inside(bytes, message)
  const id = numberOf(bytes, parts.next(tags.integer))
  const tag = parts.peek
  if (id === undefined || tag === undefined) return undefined
  const operation = parts.next(tag)
  if (operation === undefined) return undefined
  const answer = checkOperation(bytes, operation)
  if (answer === undefined) return undefined
  const controls = parts.peek === undefined ? [] : controlsOf(bytes, parts.next(controlsTag))
  if (controls === undefined || parts.peek !== undefined) return undefined
  const page = controls.find(({ oid }) => oid === pagedResults)
  const cookie = page === undefined ? noCookie : cookieIn(page.value)
  // Taken for none, it would hide the pages that follow.
  if (cookie === undefined) return undefined
  return { id, isSearchDone: tag === operations.searchDone, cookie, result: answer.result }
}

function checkOperation(bytes: Buffer, operation: Element): { result?: number } | undefined {
  switch (operation.tag) {
    case operations.bindResponse:
    case operations.searchDone:
    case operations.extendedResponse:
      return checkResult(bytes, inside(bytes, operation))
    case operations.searchEntry:
      return isEntry(bytes, inside(bytes, operation)) ? {} : undefined
    case operations.searchReference:
      return areOctets(inside(bytes, operation)) ? {} : undefined
    default:
      return undefined
  }
}

/** LDAPResult, and what follows it in the answers to a bind and to an extended request. */
function checkResult(bytes: Buffer, parts: Inside): { result: number } | undefined {
  const result = numberOf(bytes, parts.next(tags.enumerated))
  if (result === undefined || !parts.next(tags.octets) || !parts.next(tags.octets)) return undefined
  if (parts.peek === referralTag) {
    const referral = parts.next(referralTag)
    if (referral === undefined || !areOctets(inside(bytes, referral))) return undefined
  }
  while (parts.peek !== undefined) {
    // serverSaslCreds, responseName, responseValue
    if (![0x87, 0x8a, 0x8b].includes(parts.peek) || !parts.next(parts.peek)) return undefined
  }
  return { result }
}

function isEntry(bytes: Buffer, parts: Inside): boolean {
  const attributes = parts.next(tags.octets) && parts.next(tags.sequence)
  if (attributes === undefined || parts.peek !== undefined) return false
  const list = inside(bytes, attributes)
  while (list.peek !== undefined) {
    const attribute = list.next(tags.sequence)
    if (attribute === undefined) return false
    const pair = inside(bytes, attribute)
    const name = pair.next(tags.octets)
    const values = pair.next(tags.set)
    if (name === undefined || values === undefined || pair.peek !== undefined) return false
    if (!attributeName.test(bytes.toString('latin1', name.from, name.to))) return false
    if (!areOctets(inside(bytes, values))) return false
  }
  return true
}

function areOctets(parts: Inside): boolean {
  while (parts.peek !== undefined) if (parts.next(tags.octets) === undefined) return false
  return true
}

interface Control {
  readonly oid: string
  readonly value: Buffer | undefined
}

function controlsOf(bytes: Buffer, element: Element | undefined): Control[] | undefined {
  if (element === undefined) return undefined
  const list = inside(bytes, element)
  const found: Control[] = []
  while (list.peek !== undefined && found.length < mostControls) {
    const one = list.next(tags.sequence)
    if (one === undefined) return undefined
    const parts = inside(bytes, one)
    const oid = parts.next(tags.octets)
    if (parts.peek === tags.boolean && !parts.next(tags.boolean)) return undefined
    const value = parts.next(tags.octets)
    if (oid === undefined || parts.peek !== undefined) return undefined
    found.push({
      oid: bytes.toString('latin1', oid.from, oid.to),
      value: value && bytes.subarray(value.from, value.to),
    })
  }
  return list.peek === undefined ? found : undefined
}

/** `realSearchControlValue ::= SEQUENCE { size INTEGER, cookie OCTET STRING }` */
function cookieIn(value: Buffer | undefined): Buffer | undefined {
  if (value === undefined) return undefined
  const whole = inside(value, { tag: 0, from: 0, to: value.length }).next(tags.sequence)
  if (whole === undefined) return undefined
  const parts = inside(value, whole)
  if (parts.next(tags.integer) === undefined) return undefined
  const cookie = parts.next(tags.octets)
  return cookie && Buffer.from(value.subarray(cookie.from, cookie.to))
}

function numberOf(bytes: Buffer, element: Element | undefined): number | undefined {
  if (element === undefined) return undefined
  const length = element.to - element.from
  return length < 1 || length > 4 ? undefined : bytes.readIntBE(element.from, length)
}
