/** Where something stands in the file: keys of maps and indexes of lists, from the root. */
export type KeyPath = readonly (string | number)[]

/** `grants[3].role`; a key that is not a plain word is quoted: `accounts["a b"]`. */
export function formatKey(path: KeyPath): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (/^[A-Za-z0-9_-]{1,64}$/.test(part)) text += text === '' ? part : `.${part}`
    else text += `[${JSON.stringify(shorten(part, 64))}]`
  }
  return text
}

/** What stands at the path in a parsed file; undefined when nothing does. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  let found = value
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined
    found = Object.getOwnPropertyDescriptor(found, part)?.value
  }
  return found
}

/** At most `length` characters, with an ellipsis when cut. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
