import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Decision } from '../policy/decide.ts'
import type { Statement } from '../policy/document.ts'
import { Fault } from '../query/fault.ts'
import type { RequestCaller } from './caller-of.ts'

/** Messages about refusals that only who may call DecodeAuthorizationMessage can read. */
export interface AuthorizationMessages {
  /** Seals what was decided, for the caller's account. */
  encode(caller: RequestCaller, action: string, resource: string, decision: Decision): string
  /** The JSON text of a message of this account. Throws `Fault` InvalidAuthorizationMessageException. */
  decode(accountId: string, encoded: string): string
}

/** AWS says that messages expire, not when. */
const lifetimeMs = 24 * 3600 * 1000
const ivBytes = 12
const tagBytes = 16

/** Makes the sealer, with a key of its own: AES-256-GCM over account, time and text. */
export function createAuthorizationMessages(now: () => Date): AuthorizationMessages {
  const key = randomBytes(32)
  return {
    encode(caller, action, resource, decision) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const text = JSON.stringify({
        account: caller.account.id,
        time: now().getTime(),
        message: messageOf(caller, action, resource, decision),
      })
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    decode(accountId, encoded) {
      const opened = /^[\w-]+$/.test(encoded) ? open(key, Buffer.from(encoded, 'base64url')) : ''
      const { account, time, message } = opened === '' ? {} : JSON.parse(opened)
      // That a message of another account is refused like a broken one is not established.
      if (account !== accountId || !(now().getTime() - time < lifetimeMs)) {
        throw new Fault(
          400,
          'InvalidAuthorizationMessageException',
          'Message is not valid: it is not of this account, was altered, or has expired',
        )
      }
      return JSON.stringify(message)
    },
  }
}

function open(key: Uint8Array, sealed: Buffer): string {
  if (sealed.length < ivBytes + tagBytes) return ''
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
  try {
    const text = decipher.update(sealed.subarray(ivBytes + tagBytes))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return ''
  }
}

/** Bytes of text that fit, sealed and encoded, into the 10,240 characters that DecodeAuthorizationMessage takes. */
const maxTextBytes = 7000
const maxValue = 256

/** The shape of `DecodedMessage` (STS API reference, DecodeAuthorizationMessage); shorter when it would not fit. */
function messageOf(caller: RequestCaller, action: string, resource: string, decision: Decision) {
  const whole = describe(caller, action, resource, decision)
  if (Buffer.byteLength(JSON.stringify(whole)) <= maxTextBytes) return whole
  const context = [...caller.context].filter(([key]) => !key.startsWith('aws:principaltag/'))
  const short = { ...caller, context: new Map(context) }
  return describe(short, action, resource, { ...decision, matched: [] })
}

function describe(caller: RequestCaller, action: string, resource: string, decision: Decision) {
  return {
    allowed: decision.allowed,
    explicitDeny: decision.explicitDeny,
    matchedStatements: { items: decision.matched.map(statementOf) },
    failures: { items: [] },
    context: {
      principal: { id: caller.userId, name: caller.userName ?? caller.arn, arn: caller.arn },
      action,
      resource,
      conditions: {
        items: [...caller.context].map(([key, values]) => ({
          key,
          values: { items: values.map(value => ({ value: value.slice(0, maxValue) })) },
        })),
      },
    },
  }
}

function statementOf(statement: Statement) {
  const items = (values: readonly string[]) => ({ items: values.map(value => ({ value })) })
  return {
    statementId: '',
    effect: statement.effect.toUpperCase(),
    actions: items(statement.actions),
    resources: items(statement.resources),
  }
}
