import { expect, test } from 'vitest'
import { SamlError } from '../src/index.ts'
import { issue, type Level, verify } from './forge.ts'

/** A byte flipped in three ways, removed, doubled, and some bytes put before it. */
function* mutantsAt(bytes: Buffer, at: number): Generator<Buffer> {
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + 1)]
  const byte = bytes[at] ?? 0
  for (const mask of [0x01, 0x20, 0x80]) {
    yield Buffer.concat([before, Buffer.from([byte ^ mask]), after])
  }
  yield Buffer.concat([before, after])
  yield Buffer.concat([before, Buffer.from([byte, byte]), after])
  for (const inserted of '<>&- ') {
    yield Buffer.concat([before, Buffer.from(inserted), bytes.subarray(at)])
  }
}

// Every fifth offset, begun elsewhere for each level: all residues are covered over the three.
test.each<[Level, number]>([
  ['assertion', 0],
  ['response', 1],
  ['both', 3],
])('%s signed: no change of a byte changes what is read', async (level, start) => {
  const original = Buffer.from(issue(level))
  const facts = await verify(original)
  let refused = 0
  for (let at = start; at < original.length; at += 5) {
    for (const mutant of mutantsAt(original, at)) {
      try {
        // The ID of a response that is not signed itself is no fact about the person.
        expect({ ...(await verify(mutant)), responseId: facts.responseId }).toEqual(facts)
      } catch (error) {
        if (!(error instanceof SamlError)) throw error
        refused += 1
      }
    }
  }
  expect(refused).toBeGreaterThan(original.length)
})

test('no move, copy or loss of an element changes what is read', async () => {
  for (const level of ['assertion', 'response', 'both'] as const) {
    const original = issue(level)
    const facts = await verify(original)
    const spans = elementSpans(original)
    const random = generator(7)
    let refused = 0
    for (let run = 0; run < 1500; run += 1) {
      const [from, end] = spans[random(spans.length)] ?? [0, 0]
      const [target, targetEnd] = spans[random(spans.length)] ?? [0, 0]
      const piece = original
        .slice(from, end)
        .replaceAll(random(2) === 0 ? 'alice@' : 'nobody', 'admin@')
      const at = random(2) === 0 ? target : targetEnd
      const copied = original.slice(0, at) + piece + original.slice(at)
      const without = (text: string) => text.replace(original.slice(from, end), '')
      const mutant = [copied, without(copied), without(original)][random(3)] ?? copied
      try {
        expect({ ...(await verify(mutant)), responseId: facts.responseId }).toEqual(facts)
      } catch (error) {
        if (!(error instanceof SamlError)) throw error
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(750)
  }
})

/** Start and end of every element of canonical XML. */
function elementSpans(xml: string): [number, number][] {
  const open: number[] = []
  const spans: [number, number][] = []
  for (const { 0: tag, index } of xml.matchAll(/<[^>]*>/g)) {
    if (tag.startsWith('</')) spans.push([open.pop() ?? 0, index + tag.length])
    else open.push(index)
  }
  return spans
}

/** Reproducible numbers below a bound (a linear congruential generator). */
function generator(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
