import { isHttpUrl } from '../http-url.ts'
import { flagOption, invalidOption, listOption } from '../protocol/check-option.ts'
import { writeTime } from '../protocol/write-time.ts'
import { el, type XmlOutput } from '../xml/write.ts'
import { maxDurationSeconds } from './duration.ts'
import type { Endpoint, IndexedEndpoint, LocalizedText, SloEndpoint, Validity } from './model.ts'
import { isLanguageTag } from './read-value.ts'

/** The attributes of how long something is good. */
export function validityAttributes({ validUntil, cacheDurationSeconds }: Validity) {
  return {
    validUntil: validUntil === undefined ? undefined : writeTime(validUntil),
    cacheDuration: cacheDurationSeconds === undefined ? undefined : duration(cacheDurationSeconds),
  }
}

/** An element of one text for each that is given. */
export function texts(name: string, values: readonly string[] = []): XmlOutput[] {
  return listOption(name, values).map(value => el(name, {}, value))
}

/** An element with xml:lang for each text that is given. */
export function localized(name: string, values: readonly LocalizedText[] = []): XmlOutput[] {
  return listOption(name, values).map(({ lang, value }) => {
    if (!isLanguageTag(lang)) invalidOption(`lang of ${name}`, 'a language tag', lang)
    return el(name, { 'xml:lang': lang }, value)
  })
}

/** Endpoints with what they have of index and ResponseLocation. */
export function endpoints(
  name: string,
  list: readonly (Endpoint & Partial<IndexedEndpoint> & Partial<SloEndpoint>)[] = [],
): XmlOutput[] {
  return listOption(name, list).map(({ binding, location, index, isDefault, responseLocation }) =>
    el(name, {
      Binding: binding === '' ? invalidOption('binding', 'a binding', binding) : binding,
      Location: url('location', location),
      ResponseLocation:
        responseLocation === undefined ? undefined : url('responseLocation', responseLocation),
      index: index === undefined ? undefined : indexText(index),
      isDefault: flagOption(isDefault),
    }),
  )
}

/** Refuses a list in which an index occurs twice: who names it would be answered by chance. */
export function distinctIndexes<T extends { readonly index: number }>(
  check: string,
  list: readonly T[],
): readonly T[] {
  const indexes = new Set(list.map(({ index }) => index))
  return indexes.size === list.length
    ? list
    : invalidOption(check, 'each index once', 'a repeated index')
}

/** The text of an index. */
export function indexText(index: number): string {
  const fits = Number.isInteger(index) && index >= 0 && index <= 65_535
  return fits ? String(index) : invalidOption('index', '0 to 65535', String(index))
}

/** An http or https URL, or a refusal. */
export function url(check: string, location: string): string {
  return isHttpUrl(location) ? location : invalidOption(check, 'an http or https URL', location)
}

function duration(seconds: number): string {
  const fits = Number.isInteger(seconds) && seconds >= 0 && seconds <= maxDurationSeconds
  return fits
    ? `PT${seconds}S`
    : invalidOption('cacheDurationSeconds', 'whole seconds', String(seconds))
}
