import { createHmac } from 'node:crypto'
import { type HttpSend, retryAfterMs, type Secret } from '@rolecall/aws'
import { type EventFormat, eventLine } from '../event-line.ts'
import type { LogRow } from '../read-log.ts'
import { type Sink, SinkFailure, sendDeadline } from './sink.ts'

/** A webhook as the file describes it. */
export interface WebhookTarget {
  readonly url: string
  readonly format: EventFormat
  readonly headers: Readonly<Record<string, Secret>>
  /** Signs each batch. */
  readonly secret: Secret | undefined
}

/** Most events, and about so many bytes, of one request. */
const batchSize = 250
const batchBytes = 1024 * 1024
const maxAnswerBytes = 64 * 1024

/**
 * Posts a batch as one JSON object a line; a 2xx answer takes it. Signed as Standard Webhooks say
 * (https://www.standardwebhooks.com): `webhook-id` is the same whenever the same batch is sent again,
 * `webhook-signature` is HMAC-SHA256 over id, time and body.
 */
export function webhookSink(
  id: string,
  target: WebhookTarget,
  { http, now }: { readonly http: HttpSend; readonly now: () => Date },
): Sink {
  return Object.freeze({
    id,
    batchSize,
    async send(batch: readonly LogRow[], signal: AbortSignal) {
      const body = batch.map(row => `${eventLine(row, target.format)}\n`).join('')
      if (body.length > batchBytes && batch.length > 1) {
        throw new SinkFailure('the batch is too large', { isTooLarge: true })
      }
      const headers = {
        ...Object.fromEntries(
          Object.entries(target.headers).map(([name, value]) => [name, value.reveal()]),
        ),
        'content-type': 'application/x-ndjson',
        ...signature(batch, body, target.secret, now()),
      }
      const request = { method: 'POST', url: target.url, headers, body }
      const answer = await http({
        ...request,
        timeoutMs: sendDeadline,
        maxBytes: maxAnswerBytes,
        signal,
      })
      if (answer.status >= 200 && answer.status < 300) return
      throw new SinkFailure(`it answered ${answer.status}`, {
        retryAfterMs: retryAfterMs(answer.headers),
        isTooLarge: answer.status === 413,
      })
    },
  })
}

function signature(
  batch: readonly LogRow[],
  body: string,
  secret: Secret | undefined,
  now: Date,
): Record<string, string> {
  const id = `${batch[0]?.id ?? ''}.${batch.at(-1)?.id ?? ''}`
  const time = String(Math.floor(now.getTime() / 1000))
  const unsigned = { 'webhook-id': id, 'idempotency-key': id, 'webhook-timestamp': time }
  if (secret === undefined) return unsigned
  const mac = createHmac('sha256', keyOf(secret.reveal())).update(`${id}.${time}.${body}`)
  return { ...unsigned, 'webhook-signature': `v1,${mac.digest('base64')}` }
}

/** `whsec_` and base64, or the bytes of the text itself. */
function keyOf(secret: string): Buffer {
  const prefix = 'whsec_'
  return secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret)
}
