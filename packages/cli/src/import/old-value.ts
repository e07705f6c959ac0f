/** A value of an old configuration, with the place where it stands. */
import type { Place } from './findings.ts'

/** Plain data, whatever language it was written in. */
export type OldValue = Place &
  (
    | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, OldEntry> }
    | { readonly kind: 'list'; readonly items: readonly OldValue[] }
    | { readonly kind: 'text'; readonly text: string }
    | {
        readonly kind: 'number'
        readonly value: number
        /** As it was written. */
        readonly source: string
      }
    | { readonly kind: 'truth'; readonly value: boolean }
    | { readonly kind: 'nothing' }
    /** An environment variable that the old program read. */
    | { readonly kind: 'variable'; readonly name: string; readonly fallback: OldValue | undefined }
    /** Something that no key of either program takes. */
    | { readonly kind: 'other'; readonly what: string }
  )

/** A value with the place of its key. */
export interface OldEntry extends Place {
  readonly value: OldValue
}

/** A map of the old configuration. */
export type OldMap = Extract<OldValue, { kind: 'map' }>

/** The old program cannot have read this, or we cannot. Its message quotes no value. */
export class UnreadableOld extends Error {
  readonly place: Place
  readonly todo: string

  constructor(place: Place, message: string, todo: string) {
    super(message)
    this.name = 'UnreadableOld'
    this.place = place
    this.todo = todo
  }
}

/** The entry under a dotted path of keys. */
export function entryAt(map: OldMap, path: readonly string[]): OldEntry | undefined {
  const [first = '', ...rest] = path
  const entry = map.entries.get(first)
  if (rest.length === 0) return entry
  return entry?.value.kind === 'map' ? entryAt(entry.value, rest) : undefined
}

/** What a text, a number or nothing says: undefined for anything else. */
export function textOf(value: OldValue | undefined): string | undefined {
  if (value?.kind === 'text') return value.text
  return value?.kind === 'number' ? String(value.value) : undefined
}

/** The texts of a list; undefined when it is no list of texts. */
export function textsOf(value: OldValue | undefined): readonly string[] | undefined {
  if (value?.kind !== 'list') return undefined
  const texts = value.items.flatMap(item => textOf(item) ?? [])
  return texts.length === value.items.length ? texts : undefined
}

/** Every value that holds no other, with its dotted key and the line of the key. */
export function* leavesOf(
  value: OldValue,
  key = '',
): Generator<{ readonly key: string; readonly place: Place; readonly value: OldValue }> {
  if (value.kind !== 'map' || value.entries.size === 0) {
    yield { key, place: value, value }
    return
  }
  for (const [name, entry] of value.entries) {
    const below = key === '' ? name : `${key}.${name}`
    if (entry.value.kind === 'map' && entry.value.entries.size > 0)
      yield* leavesOf(entry.value, below)
    else yield { key: below, place: entry, value: entry.value }
  }
}
