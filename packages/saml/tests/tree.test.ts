import { createHash, randomInt } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { canonicalize, SamlError, type XmlElement } from '../src/index.ts'
import { decryptingSp, encryptAssertions } from './attacks/encrypt.ts'
import { encryptedWith } from './attacks/encryption.ts'
import { issue, type Level, verify } from './forge.ts'
import { editTree, evilName, honestName, randomFrom, read } from './tree-edits.ts'

// SAML_TREE_RUNS=1000000 for the long run, SAML_TREE_SEED to repeat one.
const runs = Number(process.env.SAML_TREE_RUNS ?? 100_000)
const seed = Number(process.env.SAML_TREE_SEED ?? randomInt(2 ** 31))
const levels: readonly Level[] = ['assertion', 'response', 'both']
const each = Math.ceil(runs / levels.length)

/** What came of many random edits of a response: each is refused, or says what the original says. */
async function outcomes(
  text: string,
  { count, from, send }: { count: number; from: number; send: (mutant: string) => string },
) {
  const original = read(text)
  const facts = await verifyAny(issue('both'))
  const random = randomFrom(from)
  const refusals = new Map<string, number>()
  let taken = 0
  for (let run = 0; run < count; run += 1) {
    const mutant = send(editTree(original, random))
    try {
      // The ID of a response that is not signed itself is no fact about the person.
      const result = { ...(await verifyAny(mutant)), responseId: facts.responseId }
      if (!isDeepStrictEqual(result, { ...facts })) {
        return expect.unreachable(`run ${run} of seed ${from}: ${mutant}`)
      }
      taken += 1
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
      refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1)
    }
  }
  return { taken, refusals }
}

const verifyAny = (xml: string) => verify(xml, { sp: decryptingSp })

test.each(levels.map((level, at) => [level, seed + at] as const))(
  `%s signed: no edit of the tree changes what is read (${each} runs, seed %i)`,
  async (level, from) => {
    const { taken, refusals } = await outcomes(issue(level), {
      count: each,
      from,
      send: xml => xml,
    })
    // The edits are neither all harmless nor all refused by one check.
    expect(taken).toBeGreaterThan(each / 100)
    expect(refusals.size).toBeGreaterThan(8)
  },
  runs * 6 + 20_000,
)

const sealed = Math.ceil(runs / 20)
test.each([
  ['before it is encrypted', seed + 3, issue('assertion'), encryptAssertions],
  ['around what is encrypted', seed + 4, encryptedWith('response', {}), (xml: string) => xml],
] as const)(
  `no edit of the tree ${sealed} times %s changes what is read (seed %i)`,
  async (_, from, text, send) => {
    const { taken } = await outcomes(text, { count: sealed, from, send })
    expect(taken).toBeGreaterThan(sealed / 100)
  },
  runs * 6 + 20_000,
)

/** A verifier as they were made: it looks the Reference up by ID and reads the first assertion. */
function naiveNameOf(text: string, signedInfo: string): string | undefined {
  const { elements } = read(text)
  const value = ({ attributes }: XmlElement, name: string) =>
    attributes.find(({ local }) => local === name)?.value
  const signature = elements.find(({ local }) => local === 'Signature')
  const reference = elements.find(({ local }) => local === 'Reference')
  const digest = elements.find(({ local }) => local === 'DigestValue')?.children[0]
  if (signature === undefined || reference === undefined || digest?.kind !== 'text')
    return undefined
  // What stands in for the check of the signature value: SignedInfo is the honest one.
  if (!text.includes(signedInfo)) return undefined
  const target = elements.find(at => `#${value(at, 'ID')}` === value(reference, 'URI'))
  if (target === undefined) return undefined
  const canonical = canonicalize(target, { omit: signature })
  if (createHash('sha256').update(canonical).digest('base64') !== digest.value) return undefined
  const name = elements.find(({ local }) => local === 'NameID')?.children[0]
  return name?.kind === 'text' ? name.value : undefined
}

test('the edits are attacks: a naive verifier falls for them', () => {
  for (const level of ['assertion', 'response'] as const) {
    const original = read(issue(level))
    const signedInfo = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(original.text)?.[0] ?? ''
    expect(naiveNameOf(original.text, signedInfo)).toBe(honestName)
    const random = randomFrom(1)
    let fooled = 0
    for (let run = 0; run < 5000; run += 1) {
      if (naiveNameOf(editTree(original, random), signedInfo) === evilName) fooled += 1
    }
    expect(fooled).toBeGreaterThan(10)
  }
})
