import { type DefaultTreeAdapterTypes, defaultTreeAdapter } from 'parse5'

export type Element = DefaultTreeAdapterTypes.Element
type Node = DefaultTreeAdapterTypes.Node

/** The nodes under a node, in the order of the page; a loop, since pages may nest without end. */
function* nodesUnder(node: Node, isLeftOut?: (node: Node) => boolean): Generator<Node> {
  const left = 'childNodes' in node ? [...node.childNodes].reverse() : []
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (isLeftOut?.(next)) continue
    yield next
    if ('childNodes' in next) left.push(...[...next.childNodes].reverse())
  }
}

/** The elements under a node, in the order of the page. */
export function elementsUnder(node: Node): readonly Element[] {
  return [...nodesUnder(node)].filter(each => defaultTreeAdapter.isElementNode(each))
}

/** The value of an attribute; a name in lower case. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find(attribute => attribute.name === name)?.value
}

const partPattern = /([#.])([\w-]+)|\[([\w-]+)(?:=(?:"([^"]*)"|'([^']*)'|([\w-]+)))?\]/g
const selectorPattern =
  /^([a-zA-Z][\w-]*)?((?:[#.][\w-]+|\[[\w-]+(?:=(?:"[^"]*"|'[^']*'|[\w-]+))?\])*)$/

/**
 * A test for one element: a tag, `#id`, `.class`, `[name]` and `[name=value]` of CSS together, such as
 * `span#input-error.visible` or `input[name=otp]`; no combinators. Throws `TypeError` for any other.
 */
export function matcherOf(selector: string): (element: Element) => boolean {
  const [matched, tag = '', parts = ''] = selectorPattern.exec(selector) ?? []
  if (matched === undefined || matched === '') throw new TypeError(`no selector: ${selector}`)
  const tests = [...parts.matchAll(partPattern)].map(
    ([, mark, word = '', name = '', ...values]) =>
      (element: Element): boolean => {
        if (mark === '#') return attributeOf(element, 'id') === word
        if (mark === '.') return (attributeOf(element, 'class') ?? '').split(/\s+/).includes(word)
        const value = attributeOf(element, name.toLowerCase())
        const wanted = values.find(each => each !== undefined)
        return value !== undefined && (wanted === undefined || value === wanted)
      },
  )
  return element =>
    (tag === '' || element.tagName === tag.toLowerCase()) && tests.every(test => test(element))
}

/** The text of an element and all in it, blanks together; scripts and styles are no text. */
export function textOf(element: Element): string {
  return ownText(element, isUnseen).replace(/\s+/g, ' ').trim()
}

/** The text as it stands. */
export function ownText(element: Element, isLeftOut?: (node: Node) => boolean): string {
  let text = ''
  for (const node of nodesUnder(element, isLeftOut)) {
    if (defaultTreeAdapter.isTextNode(node)) text += node.value
  }
  return text
}

function isUnseen(node: Node): boolean {
  return 'tagName' in node && (node.tagName === 'script' || node.tagName === 'style')
}
