import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import { type AnswerElement, childOf, childText, readXmlAnswer } from './xml-answer.ts'

function codeOf(xml: string): string {
  try {
    readXmlAnswer(xml)
    return 'accepted'
  } catch (error) {
    if (error instanceof AwsError) return error.code
    throw error
  }
}

describe('readXmlAnswer', () => {
  it('reads elements and text', () => {
    const root = readXmlAnswer(
      '\ufeff<?xml version="1.0"?>\n<!-- a > b --><n:R xmlns:n="u" a=\'1>2\'><A>x&amp;&#233;&#x1F600;&lt;</A><B/><A >y<![CDATA[<&]]></A></n:R>\n',
    )
    expect(root.name).toBe('R')
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ['A', 'x&é😀<'],
      ['B', ''],
      ['A', 'y<&'],
    ])
    expect(childText(root, 'A')).toBe('x&é😀<')
    expect(childText(root, 'B')).toBeUndefined()
    expect(childOf(root, 'C')).toBeUndefined()
  })

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>x'],
    ['an open element', '<a><b></b>'],
    ['crossed elements', '<a><b></a></b>'],
    ['a stray end', '<a/></a>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity of the prototype', '<a>&constructor;</a>'],
    ['a bare ampersand', '<a>a & b</a>'],
    ['a reference past Unicode', '<a>&#x110000;</a>'],
    ['an open comment', '<a><!-- </a>'],
    ['an open section', '<a><![CDATA[ </a>'],
    ['a broken tag', '<a b></a>'],
    ['depth', '<a>'.repeat(100) + '</a>'.repeat(100)],
    ['many elements', `<a>${'<b/>'.repeat(20_001)}</a>`],
    ['length', `<a>${' '.repeat(1024 * 1024)}</a>`],
  ])('refuses %s', (_, xml) => {
    expect(codeOf(xml)).toBe('bad_answer')
  })

  it('is fast on hostile text', () => {
    const started = performance.now()
    for (const piece of ['<a ', '<a b="', '<a b=">', '<!--', '&', '<', '<![CDATA[', "<a b='>' "]) {
      codeOf(piece.repeat(100_000 / piece.length))
      codeOf(`<r>${piece.repeat(100_000 / piece.length)}`)
    }
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('reads back what is written', () => {
    const name = fc.constantFrom('A', 'Bc', 'd-e', 'F.g')
    const text = fc.string({ unit: fc.constantFrom('a', '&', '<', '>', '"', "'", 'é', ' ', '😀') })
    const above = (children: fc.Arbitrary<AnswerElement[]>): fc.Arbitrary<AnswerElement> =>
      fc.record({ name, text, children })
    const below = (element: fc.Arbitrary<AnswerElement>) => fc.array(element, { maxLength: 3 })
    const element = above(below(above(below(above(fc.constant([]))))))
    const write = (each: AnswerElement): string =>
      `<${each.name}>${each.text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)}${each.children.map(write).join('')}</${each.name}>`
    fc.assert(
      fc.property(element, tree => {
        expect(readXmlAnswer(write(tree))).toEqual(tree)
      }),
    )
  })

  it('reads attributes full of what ends a tag in little time', () => {
    const tag = `<a x="${'>'.repeat(9_900)}"/>`
    const began = performance.now()
    expect(readXmlAnswer(`<r>${tag.repeat(25)}</r>`).children).toHaveLength(25)
    expect(performance.now() - began).toBeLessThan(500)
  })

  it('only ever fails with bad_answer', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<b/>',
      '&amp;',
      '&#x;',
      'text',
      '<!--',
      '-->',
      '<?',
      '?>',
      '<![CDATA[',
      ']]>',
      '"',
      '<a x="',
      '>',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        expect(['accepted', 'bad_answer']).toContain(codeOf(pieces.join('')))
      }),
      { numRuns: 500 },
    )
  })
})
