import { z } from 'zod'
import { id, secret } from './schema-parts.ts'

const format = z
  .enum(['jsonl', 'ocsf'])
  .default('jsonl')
  .describe('`jsonl`: events as `rolecall audit export` prints them; `ocsf`: as OCSF 1.8.0.')

const caFile = z
  .string()
  .min(1)
  .optional()
  .describe('PEM file with the authorities that are trusted instead of the usual ones.')

const webhookSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe(
      'Gets events by POST, one JSON object a line; https, or http on loopback. A 2xx answer takes them; anything else, or none, and they are sent again.',
    ),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_|~-]{1,64}$/, 'a header name is needed here'),
      secret,
    )
    .default({})
    .describe('Headers to send, each value a secret: `{Authorization: {env: SIEM_TOKEN}}`.'),
  secret: secret
    .optional()
    .describe(
      'Signs each request: `webhook-signature` as Standard Webhooks define it (HMAC-SHA256; a key as text, or `whsec_` and base64).',
    ),
  caFile,
  format,
})

const syslogSchema = z.strictObject({
  address: z
    .string()
    .regex(
      /^(unix:\/\/\/.+|(udp|tcp|tls):\/\/.+)$/,
      'an address is `tls://HOST:PORT`, `tcp://HOST:PORT`, `udp://HOST:PORT` or `unix:///dev/log`',
    )
    .describe(
      'The receiver: `tls://loghost.example.com:6514` (RFC 5425), `tcp://…` (RFC 6587, octet counting), `udp://…` (RFC 5426), or `unix:///dev/log` (this machine; needs the program `logger`).',
    ),
  caFile,
  format,
})

/** An entry of `audit.sinks`. */
export const auditSinkSchema = z.strictObject({
  id: id.describe(
    'Names the sink in `rolecall audit sinks`; its place in the log is kept under it.',
  ),
  from: z
    .enum(['now', 'start'])
    .default('now')
    .describe(
      'A sink that is new gets the events from `now` on, or all from the `start` of the log.',
    ),
  webhook: webhookSchema.optional().describe('Sends by HTTP. A sink has this or `syslog`.'),
  syslog: syslogSchema
    .optional()
    .describe('Sends by syslog, RFC 5424. A sink has this or `webhook`.'),
})

/** `audit` */
export const auditSchema = z.strictObject({
  sinks: z
    .array(auditSinkSchema)
    .max(16)
    .default([])
    .describe(
      'Where events are sent besides the log itself: in order, each at least once, also when a sink was away for long.',
    ),
})
