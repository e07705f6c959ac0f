/** The lines of the verb: none is lost by an end or by a disk that is full for a while. */
import { expect, test } from 'vitest'
import type { AuditEvent } from '../../src/audit/index.ts'
import { jsonLinesAudit } from '../../src/delivery/signing-gateway/index.ts'

const decision: AuditEvent = { type: 'delivery.request', result: 'success' }
const answer: AuditEvent = { type: 'delivery.answer', result: 'success' }

/** A sink whose writes end when told to. */
function slowSink() {
  const written: string[] = []
  const waiting: (() => void)[] = []
  let isClosed = false
  return {
    written,
    waiting,
    isClosed: () => isClosed,
    sink: {
      write: (text: string) =>
        new Promise<void>(resolve => {
          waiting.push(() => {
            written.push(text)
            resolve()
          })
        }),
      close: async () => {
        isClosed = true
      },
    },
  }
}

test('an end waits for the write that is under way', async () => {
  const { sink, waiting, written, isClosed } = slowSink()
  const audit = jsonLinesAudit(sink)
  void audit.record(decision)
  const closed = audit.close()
  await new Promise(resolve => setTimeout(resolve, 20))
  expect([waiting.length, isClosed()]).toEqual([1, false])
  waiting.shift()?.()
  await closed
  expect([written.length, isClosed()]).toEqual([1, true])
})

test('what came of a request is kept while the disk is full, a refused decision is not', async () => {
  let isFull = true
  let text = ''
  const audit = jsonLinesAudit({
    async write(more) {
      if (isFull) {
        text += more.slice(0, 30)
        throw new Error('ENOSPC')
      }
      text += more
    },
    close: async () => undefined,
  })
  const kept = [audit.record(answer), audit.record(answer)]
  await expect(audit.record({ ...decision, reason: 'refused' })).rejects.toThrow('ENOSPC')
  await expect(audit.record({ ...decision, reason: 'refused' })).rejects.toThrow('ENOSPC')
  isFull = false
  await audit.record(decision)
  await Promise.all(kept)
  await audit.close()
  const lines = text.split('\n').flatMap(line => {
    try {
      return line === '' ? [] : [JSON.parse(line)]
    } catch {
      return []
    }
  })
  expect(lines).toMatchObject([{ type: answer.type }, { type: answer.type }, decision])
  expect(text).not.toContain('"reason"')
})

test('an end tells when lines could not be written', async () => {
  const audit = jsonLinesAudit({
    write: () => Promise.reject(new Error('ENOSPC')),
    close: async () => undefined,
  })
  const lost = expect(audit.record(answer)).rejects.toThrow('ENOSPC')
  await audit.close()
  await lost
})
