import { SamlError } from '../errors.ts'

const maxSentBytes = 80
const maxReceivedBytes = 1024

/**
 * Refuses a RelayState that we must not send: over 80 bytes of UTF-8 (saml-bindings 3.4.3, 3.5.3),
 * empty, a lone surrogate, or a control character (a form would not carry it unchanged).
 */
export function checkRelayState(value: string): void {
  const length = Buffer.byteLength(value, 'utf8')
  if (length === 0 || length > maxSentBytes) {
    refuse(`1 to ${maxSentBytes} bytes of UTF-8`, `${length} bytes`)
  }
  refuseCharacters(value)
}

/**
 * Refuses a received RelayState that we would not echo: over 1024 bytes of UTF-8 or a control
 * character. The bound is wider than what we send because deployed SPs send URLs here.
 */
export function checkReceivedRelayState(value: string): void {
  if (typeof value !== 'string') refuse('one text', typeof value)
  const length = Buffer.byteLength(value, 'utf8')
  if (length > maxReceivedBytes) refuse(`at most ${maxReceivedBytes} bytes`, `${length} bytes`)
  refuseCharacters(value)
}

function refuseCharacters(value: string): void {
  if (value.isWellFormed() && !/\p{Cc}/u.test(value)) return
  refuse('Unicode text without control characters', 'another character')
}

function refuse(expected: string, received: string): never {
  throw new SamlError('relay-state.invalid', { check: 'RelayState', expected, received })
}
