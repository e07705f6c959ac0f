import { Failure } from '../failure.ts'
import { printable } from '../terminal.ts'

const setPin = 'set one: fido2-token -S DEVICE (fido2-token -L names the device)'

/** libfido2's words for what went wrong, and what to do. */
const refusals: Readonly<Record<string, readonly [message: string, hint?: string]>> = {
  FIDO_ERR_PIN_INVALID: ['the PIN of the security key is wrong'],
  FIDO_ERR_PIN_BLOCKED: [
    'the security key is blocked: its PIN was wrong too often',
    'only a reset makes it usable again, and that deletes what is on it: fido2-token -R DEVICE',
  ],
  FIDO_ERR_PIN_AUTH_BLOCKED: [
    'the security key takes no more PIN for now',
    'take the key out, put it in again, and run the command again',
  ],
  FIDO_ERR_PIN_NOT_SET: ['the security key has no PIN, and one is wanted', setPin],
  FIDO_ERR_PIN_REQUIRED: ['the security key wants its PIN'],
  FIDO_ERR_UV_BLOCKED: ['the security key takes no more fingerprints', 'use its PIN, or try later'],
  FIDO_ERR_ACTION_TIMEOUT: ['the security key was not touched in time'],
  FIDO_ERR_USER_ACTION_TIMEOUT: ['the security key was not touched in time'],
  FIDO_ERR_TIMEOUT: ['the security key was not touched in time'],
  FIDO_ERR_OPERATION_DENIED: ['the security key refused'],
  FIDO_ERR_KEEPALIVE_CANCEL: ['the security key was cancelled'],
  FIDO_ERR_NO_CREDENTIALS: [
    'this security key is not the one that is registered',
    'plug in the one that you registered, or register this one in your browser',
  ],
}

/** The name of the error in what a tool wrote to standard error. */
export function errorOf(stderr: string): string | undefined {
  return /\bFIDO_ERR_[A-Z0-9_]+/.exec(stderr)?.[0]
}

/** Why the key gave no assertion. */
export function keyRefusal(stderr: string): Failure {
  const error = errorOf(stderr)
  const [message, hint] = refusals[error ?? ''] ?? []
  if (message !== undefined) return new Failure('mfaRefused', message, hint)
  if (error === 'FIDO_ERR_INTERNAL' && /fido_dev_open/.test(stderr)) {
    const hint =
      'give yourself access to it: on Linux the rules of libfido2 or of your distribution (package libfido2-1, libu2f-udev)'
    return new Failure('mfaRefused', 'the security key cannot be opened', hint)
  }
  const words = error ?? printable(stderr.trim().split('\n').at(-1) ?? '').slice(0, 200)
  return new Failure('mfaRefused', `the security key gave no assertion: ${words}`)
}
