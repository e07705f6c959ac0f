import { cut, issue, type Level, type Signed, sign } from '../forge.ts'
import type { Target } from './attack.ts'
import { encryptAssertions } from './encrypt.ts'

/** An honest response of one kind, and what is done to a forgery of it before it is sent. */
export interface Prepared {
  readonly name: string
  readonly honest: string
  readonly target: Target
  readonly isEncrypted: boolean
  /** Whether the ciphertext holds an assertion that is signed itself. */
  readonly isSignedInside: boolean
  /** Whether another signature covers the one that is attacked, and refuses what that would not. */
  readonly isCovered: boolean
  readonly send: (forged: string | Uint8Array) => string | Uint8Array
}

const asIs = (forged: string | Uint8Array) => forged

function plain(signing: Level, level: Signed): Prepared {
  const honest = issue(signing)
  const pieces = cut(honest, level)
  const target: Target = {
    ...pieces,
    level,
    unsigned: withoutSignatures(honest),
    sign: unsigned =>
      signing === 'both' ? sign(sign(unsigned, 'assertion'), 'response') : sign(unsigned, level),
  }
  const isCovered = signing === 'both'
  return {
    name: `${signing} signed, at the ${level}`,
    honest,
    target,
    isEncrypted: false,
    isSignedInside: false,
    isCovered,
    send: asIs,
  }
}

/** The assertion is forged in the clear, then encrypted: anybody can do that. */
function encryptedLast(): Prepared {
  const { target, honest } = plain('assertion', 'assertion')
  return {
    name: 'assertion signed and encrypted, at the plaintext',
    honest: encryptAssertions(honest),
    target,
    isEncrypted: true,
    isSignedInside: false,
    isCovered: false,
    send: forged => (typeof forged === 'string' ? encryptAssertions(forged) : forged),
  }
}

/** The Response is signed over the ciphertext; its pieces are forged with it. */
function encryptedFirst(signing: 'response' | 'both'): Prepared {
  const unsigned = withoutSignatures(issue(signing))
  const inner = (text: string) => (signing === 'both' ? sign(text, 'assertion') : text)
  const seal = (text: string) => sign(encryptAssertions(inner(text)), 'response')
  const honest = seal(unsigned)
  const evil = encryptAssertions(cut(sign(unsigned, 'response'), 'response').evil)
  const target: Target = {
    ...cut(honest, 'response'),
    level: 'response',
    evil,
    unsigned,
    sign: seal,
  }
  return {
    name: `${signing} signed and encrypted, at the envelope`,
    honest,
    target,
    isEncrypted: true,
    isSignedInside: signing === 'both',
    isCovered: false,
    send: asIs,
  }
}

function withoutSignatures(text: string): string {
  return text.replace(/<ds:Signature .*?<\/ds:Signature>/gs, '')
}

export const targets: readonly Prepared[] = [
  plain('assertion', 'assertion'),
  plain('response', 'response'),
  plain('both', 'assertion'),
  plain('both', 'response'),
  encryptedLast(),
  encryptedFirst('response'),
  encryptedFirst('both'),
]
