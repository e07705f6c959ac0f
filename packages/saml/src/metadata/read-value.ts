import { defined } from '../defined.ts'
import { isHttpUrl } from '../http-url.ts'
import { namespaces } from '../names.ts'
import { readTime } from '../protocol/read-time.ts'
import { type XmlElement, xmlNamespace } from '../xml/nodes.ts'
import { attribute, children, isWhiteSpace, textOf } from '../xml/read.ts'
import { readDuration } from './duration.ts'
import { malformed } from './malformed.ts'
import type { LocalizedText, Validity } from './model.ts'

/** The attribute as xs:boolean, or undefined for none. */
export function booleanOf(element: XmlElement, name: string): boolean | undefined {
  const value = attribute(element, name)
  if (value === undefined) return undefined
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  return malformed(name, 'true or false', value)
}

/** The attribute `index` (xs:unsignedShort), which must be there. */
export function indexOf(element: XmlElement): number {
  const value = attribute(element, 'index') ?? ''
  const index = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN
  return index <= 65_535 ? index : malformed('index', '0 to 65535', value)
}

/** Text of a type whose white space XML Schema collapses; only XML white space is taken away. */
export function trimmedText(element: XmlElement): string {
  const text = textOf(element)
  // Not by a pattern: one that ends in `[ ]+$` tries each blank of a long run anew.
  let [start, end] = [0, text.length]
  while (start < end && isWhiteSpace(text.charAt(start))) start += 1
  while (end > start && isWhiteSpace(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** The texts of the child elements of one name. */
export function textsOf(parent: XmlElement, local: string): readonly string[] {
  return Object.freeze(children(parent, namespaces.md, local).map(trimmedText))
}

/** The texts for people in the child elements of one name. */
export function localizedOf(parent: XmlElement, local: string): readonly LocalizedText[] {
  return Object.freeze(
    children(parent, namespaces.md, local).map(each => {
      const lang = each.attributes.find(
        ({ local: name, namespace }) => name === 'lang' && namespace === xmlNamespace,
      )?.value
      const isTag = lang !== undefined && isLanguageTag(lang)
      return Object.freeze({ lang: isTag ? lang : 'und', value: trimmedText(each) })
    }),
  )
}

/** Whether a text has the form of a language tag (xs:language). */
export function isLanguageTag(lang: string): boolean {
  return /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/.test(lang)
}

/** What an element itself says of how long it is good. */
export function validityOf(element: XmlElement): Validity {
  const until = attribute(element, 'validUntil')
  const cache = attribute(element, 'cacheDuration')
  return defined({
    validUntil: until === undefined ? undefined : readTime(until, 'validUntil'),
    cacheDurationSeconds: cache === undefined ? undefined : readDuration(cache),
  })
}

/** An address that a page may link to, or undefined. */
export function linkOf(value: string | undefined): string | undefined {
  return value !== undefined && isHttpUrl(value) ? value : undefined
}

/** A list, or undefined when it is empty. */
export function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
