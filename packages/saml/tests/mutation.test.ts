import { expect, test } from 'vitest'
import { SamlError, type VerifiedResponse } from '../src/index.ts'
import { issue, type Level, verify } from './forge.ts'

/** A byte flipped in three ways, removed, doubled, and some bytes put before it. */
function* mutantsAt(bytes: Buffer, at: number): Generator<Buffer> {
  const byte = bytes[at] ?? 0
  const instead = (...replacement: number[]) => {
    const mutant = Buffer.allocUnsafe(bytes.length - 1 + replacement.length)
    bytes.copy(mutant, 0, 0, at)
    mutant.set(replacement, at)
    bytes.copy(mutant, at + replacement.length, at + 1)
    return mutant
  }
  for (const mask of [0x01, 0x20, 0x80]) yield instead(byte ^ mask)
  yield instead()
  yield instead(byte, byte)
  for (const inserted of Buffer.from('<>&- ')) yield instead(inserted, byte)
}

/** Whether a mutant is refused; one that is taken must say what the original says. */
async function isRefused(mutant: Buffer, facts: VerifiedResponse): Promise<boolean> {
  try {
    // The ID of a response that is not signed itself is no fact about the person.
    expect({ ...(await verify(mutant)), responseId: facts.responseId }).toEqual(facts)
    return false
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    return true
  }
}

test.each<Level>(['assertion', 'response', 'both'])(
  '%s signed: no change of a byte, at any offset, changes what is read',
  async level => {
    const original = Buffer.from(issue(level))
    const facts = await verify(original)
    let refused = 0
    let tried = 0
    for (let at = 0; at < original.length; at += 1) {
      for (const mutant of mutantsAt(original, at)) {
        tried += 1
        if (await isRefused(mutant, facts)) refused += 1
      }
    }
    expect(tried).toBe(original.length * 10)
    expect(refused).toBeGreaterThan(tried * 0.9)
    expect(refused).toBeLessThan(tried)
  },
  120_000,
)
