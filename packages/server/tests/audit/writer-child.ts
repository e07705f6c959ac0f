/**
 * A process that records as fast as it can, from several places at once, and sends to a webhook: the test
 * kills it. An event's id is printed once `record` has resolved, not before.
 * Arguments: the database, the address of the webhook.
 */

import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createAudit, createAuditSinks, holderName, threadWriter } from '../../src/audit/index.ts'
import { openStore } from '../../src/store/index.ts'

const [file = '', url = ''] = process.argv.slice(2)
const now = () => new Date()
const store = await openStore(file)
const sinks = createAuditSinks({
  store,
  now,
  chance: Math.random,
  holder: holderName(randomBytes),
  hostname: 'test',
  report: message => process.stderr.write(`${message}\n`),
})
const audit = createAudit(store, { now, onWritten: sinks.wake }, threadWriter(store))
await sinks.replace([
  {
    id: 'siem',
    from: 'start',
    format: 'jsonl',
    ca: undefined,
    target: { kind: 'webhook', url, headers: {}, secret: undefined },
  },
])

async function write(writer: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = await audit.record({
      type: 'delivery.credentials',
      result: 'success',
      principal: `local:writer${process.pid}-${writer}`,
      detail: { count: String(count) },
    })
    writeSync(1, `${id}\n`)
  }
}

await Promise.all([0, 1, 2, 3, 4, 5].map(write))
