/** Our exclusive canonical form against libxml2's, on documents that are made at random. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canonicalize, parseXml, type XmlDocument, type XmlElement } from '@rolecall/saml'
import { inLifetime } from '../lifetime.ts'
import { prefixes, randomDocument, randomFrom } from '../random-xml.ts'
import type { Suite } from './suite.ts'

const wholeDocuments = 10_000
const subtrees = 4_000
/** Files for one call of xmllint: starting it takes longer than its work on one of them. */
const batch = 500
const maxBuffer = 2 ** 30

/** `npm run interop -- canonical-form`; `SEED=...` repeats a run. */
export const canonicalFormSuite: Suite = {
  name: 'canonical-form',
  title: 'our exclusive canonical form is that of libxml2',
  packages: ['libxml2-utils', 'php-cli', 'php-xml'],
  run: async check => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
    const run = `SEED=${seed}`
    await check(`${wholeDocuments} generated documents, with comments: as xmllint's (${run})`, () =>
      inLifetime(async lifetime => documentsAgree(randomFrom(seed), lifetime.folder('xmllint'))),
    )
    await check(`${subtrees} elements in documents, with PrefixLists: as PHP's (${run})`, () =>
      subtreesAgree(randomFrom(seed + 1)),
    )
  },
}

function documentsAgree(random: () => number, folder: string): void {
  for (let done = 0; done < wholeDocuments; done += batch) {
    const documents = Array.from({ length: batch }, (_, index) => {
      const of = randomDocument(random)
      const file = `${index}.xml`
      writeFileSync(join(folder, file), of)
      return { of, file, ours: canonicalize(parseXml(of), { withComments: true }) }
    })
    const xmllint = (files: readonly string[]) =>
      execFileSync('xmllint', ['--exc-c14n', ...files], {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer,
      })
    const theirs = xmllint(documents.map(({ file }) => file))
    if (theirs === documents.map(({ ours }) => ours).join('')) continue
    // Somewhere in this batch: one file at a time, to show the document.
    assertEqual(documents.map(each => ({ ...each, theirs: xmllint([each.file]) })))
    assert.fail('the forms differ together and not one by one')
  }
}

function subtreesAgree(random: () => number): void {
  const tasks = Array.from({ length: subtrees }, () => {
    const xml = randomDocument(random)
    const elements = elementsOf(parseXml(xml))
    const number = Math.floor(random() * elements.length)
    const listed = ['#default', ...prefixes.slice(1), 'xml', 'unbound'].filter(() => random() < 0.3)
    const comments = random() < 0.5
    const element = elements[number]
    assert(element !== undefined)
    const ours = canonicalize(element, { withComments: comments, prefixList: listed })
    return { ours, of: JSON.stringify({ xml, element: number, comments, prefixes: listed }) }
  })
  const script = fileURLToPath(new URL('../peers/php/canonical-forms.php', import.meta.url))
  const answers = execFileSync('php', [script], {
    input: tasks.map(({ of }) => `${of}\n`).join(''),
    encoding: 'utf8',
    maxBuffer,
  })
  const theirs = answers.trimEnd().split('\n')
  assert.equal(theirs.length, tasks.length)
  assertEqual(
    tasks.map((task, index) => ({ ...task, theirs: String(JSON.parse(theirs[index] ?? 'null')) })),
  )
}

interface Comparison {
  readonly of: string
  readonly ours: string
  readonly theirs: string
}

/** Throws with the shortest of those that differ, and where it begins to. */
function assertEqual(comparisons: readonly Comparison[]): void {
  const different = comparisons.filter(({ ours, theirs }) => ours !== theirs)
  const [shortest] = different.toSorted((left, right) => left.of.length - right.of.length)
  if (shortest === undefined) return
  const { of, ours, theirs } = shortest
  let same = 0
  while (ours[same] === theirs[same]) same += 1
  const shown = (text: string) => JSON.stringify(text.slice(Math.max(0, same - 40), same + 40))
  assert.fail(
    `${different.length} differ; at character ${same} ${shown(ours)}, expected ${shown(theirs)}, of ${of}`,
  )
}

/** All elements in document order. */
function elementsOf({ root }: XmlDocument): XmlElement[] {
  const found: XmlElement[] = []
  const open = [root]
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    found.push(element)
    for (const child of element.children.toReversed())
      if (child.kind === 'element') open.push(child)
  }
  return found
}
