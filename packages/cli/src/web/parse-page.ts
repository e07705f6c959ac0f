import {
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  defaultTreeAdapter,
  parse,
} from 'parse5'
import { notUnderstood } from './failures.ts'

/** The largest pages of sign-ins have a tenth of this. */
const maxCharacters = 1024 * 1024
const maxElements = 20_000
/** As browsers have it. */
const maxDepth = 512

/**
 * The tree of a page. The work of a parser grows with the square of the depth, and that of reading forms with
 * the number of elements, so both have a bound. Throws `Failure` `provider` beyond it.
 */
export function parsePage(html: string, address: string): DefaultTreeAdapterTypes.Document {
  const refuse = (what: string) => notUnderstood(new URL(address).host, `its page ${what}`)
  if (html.length > maxCharacters) throw refuse(`should have at most ${maxCharacters} characters`)
  let [elements, depth] = [0, 0]
  return parse<DefaultTreeAdapterMap>(html, {
    scriptingEnabled: false,
    treeAdapter: {
      ...defaultTreeAdapter,
      onItemPush() {
        depth += 1
        if (depth > maxDepth) throw refuse(`should be nested ${maxDepth} deep at most`)
      },
      onItemPop() {
        depth -= 1
      },
      createElement(name, namespace, attributes) {
        elements += 1
        if (elements > maxElements) throw refuse(`should have at most ${maxElements} elements`)
        return defaultTreeAdapter.createElement(name, namespace, attributes)
      },
    },
  })
}
