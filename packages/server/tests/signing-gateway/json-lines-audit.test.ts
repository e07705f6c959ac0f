/** The lines of the verb: none is lost by an end or by a disk that is full for a while. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AuditEvent } from '../../src/audit/index.ts'
import { jsonLinesAudit, openAuditFile } from '../../src/delivery/signing-gateway/index.ts'

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

test('a part of a line that a killed process left does not swallow the next line', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-audit-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'audit.jsonl')
  writeFileSync(file, '{"whole":1}\n{"par')
  for (let left = 2; left > 0; left--) {
    const audit = jsonLinesAudit(await openAuditFile(file))
    await audit.record(decision)
    await audit.close()
  }
  const lines = readFileSync(file, 'utf8').split('\n')
  expect(lines).toHaveLength(5)
  expect(lines.slice(2, 4).map(line => JSON.parse(line))).toMatchObject([decision, decision])
})
