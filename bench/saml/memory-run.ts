/** The process of `memory.ts`: verifies one response again and again and tells its memory. */
import { verifyResponse } from '@rolecall/saml'
import type { MemoryJob, MemorySample } from './memory.ts'

const samples = 10

process.once('message', async ({ response, expectations, verifications }: MemoryJob) => {
  const options = { ...expectations, replay: { seen: () => false } }
  for (let sample = 0; sample < samples; sample++) {
    for (let left = verifications / samples; left > 0; left--) {
      await verifyResponse(response, options)
      // The work of a program comes from its event loop, where what is done with is given back.
      if (left % 100 === 0) await new Promise(setImmediate)
    }
    process.send?.(memory())
  }
  process.disconnect()
})

function memory(): MemorySample {
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapUsed, rss }
}
