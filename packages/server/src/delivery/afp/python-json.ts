/** JSON as Python's `json.dumps` writes it, which is what AFP answered with. */

/** A value of the documents of AFP's API. */
export type Json =
  | string
  | number
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** ASCII only, a blank behind each comma and colon; keys in their order, absent ones left out. */
export function writeJson(value: Json): string {
  if (typeof value === 'string') return writeText(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(writeJson).join(', ')}]`
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${writeText(key)}: ${writeJson(member)}`],
  )
  return `{${members.join(', ')}}`
}

function writeText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}
