import { type Form, formsOf } from './form.ts'
import { parsePage } from './parse-page.ts'
import { attributeOf, elementsUnder, matcherOf, ownText, textOf } from './selector.ts'
import { resolved } from './url.ts'

/** An HTML page that was read; selectors are those of `matcherOf`. */
export interface Page {
  readonly title: string
  readonly forms: readonly Form[]
  /** The text of the first element that fits; undefined when none does. */
  text(selector: string): string | undefined
  /** The texts of every element that fits. */
  texts(selector: string): readonly string[]
  /** An attribute of the first element that fits. */
  attribute(selector: string, name: string): string | undefined
  /** The sources of scripts that stand in the page itself. */
  readonly scripts: readonly string[]
}

/**
 * Reads a page as a browser without scripts does; `base` is its own address, for the actions of forms.
 * Throws `Failure` `provider` for one that is no page for people: {@link parsePage}.
 */
export function readPage(html: string, base: string): Page {
  const all = elementsUnder(parsePage(html, base))
  const first = (selector: string) => all.find(matcherOf(selector))
  const [title, baseElement] = [first('title'), first('base[href]')]
  const href = baseElement === undefined ? undefined : attributeOf(baseElement, 'href')
  const address = (href === undefined ? undefined : resolved(href, base)) ?? base
  return Object.freeze({
    title: title === undefined ? '' : textOf(title),
    forms: formsOf(all, address),
    text(selector: string) {
      const found = first(selector)
      return found === undefined ? undefined : textOf(found)
    },
    texts: (selector: string) => all.filter(matcherOf(selector)).map(textOf),
    attribute(selector: string, name: string) {
      const found = first(selector)
      return found === undefined ? undefined : attributeOf(found, name)
    },
    scripts: all
      .filter(matcherOf('script'))
      .map(script => ownText(script))
      .filter(script => script.trim() !== ''),
  })
}
