/**
 * A name as the value of a header: printable ASCII as it is; otherwise whatever is not, and `%`, as
 * percent-encoded UTF-8. Nothing in a name can end the header or begin another.
 */
export function headerText(name: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(name)) return name
  return name
    .toWellFormed()
    .replace(/[^\x21-\x24\x26-\x7e]/gu, character => encodeURIComponent(character))
}
