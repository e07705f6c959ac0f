import type { OldEntry, OldMap } from '../old-value.ts'
import { type OldValue, UnreadableOld } from '../old-value.ts'
import type { Note } from './read-old-yaml.ts'

/**
 * A later file over an earlier one, as the yamlreader library does it: maps are merged, a later value
 * replaces a scalar, lists grow, and nothing else goes into a map.
 */
export function mergeOld(earlier: OldValue, later: OldValue, note: Note, key = ''): OldValue {
  if (earlier.kind === 'list') {
    const added = later.kind === 'list' ? later.items : [later]
    return { ...earlier, items: [...earlier.items, ...added] }
  }
  if (earlier.kind !== 'map') {
    note(earlier, key, `${later.file}:${later.line} says it again, and the later file counted`)
    return later
  }
  if (later.kind !== 'map') {
    const message = `\`${key}\` is a map in ${earlier.file}:${earlier.line} and none here`
    throw new UnreadableOld(later, message, 'the old program refused this too; remove one of them')
  }
  return mergeMaps(earlier, later, note, key)
}

function mergeMaps(earlier: OldMap, later: OldMap, note: Note, above: string): OldMap {
  const entries = new Map<string, OldEntry>(earlier.entries)
  for (const [name, entry] of later.entries) {
    const before = entries.get(name)
    const key = above === '' ? name : `${above}.${name}`
    const value =
      before === undefined ? entry.value : mergeOld(before.value, entry.value, note, key)
    // A list that grew and a map that was merged begin where they began.
    const place = value === entry.value || before === undefined ? entry : before
    entries.set(name, { file: place.file, line: place.line, value })
  }
  return { ...earlier, entries }
}
