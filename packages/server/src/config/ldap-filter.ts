/** `attr=value`, `attr>=value`, `attr:rule:=value` …, as the client library knows them. */
const item =
  /^\([A-Za-z][A-Za-z0-9-]*(:dn)?(:[A-Za-z0-9.-]+)?[:~<>]?=([^()\\\0]|\\[0-9A-Fa-f]{2})*\)/

/** Whether a text is a filter of RFC 4515, whole: the client library takes some that are cut off. */
export function isLdapFilter(text: string): boolean {
  return endOfFilter(text, 0) === text.length
}

/** Where the filter that begins at `at` ends; undefined when there is none. */
function endOfFilter(text: string, at: number): number | undefined {
  const operator = text[at] === '(' ? text[at + 1] : undefined
  if (operator !== '&' && operator !== '|' && operator !== '!') {
    const [found] = item.exec(text.slice(at)) ?? []
    return found === undefined ? undefined : at + found.length
  }
  let end = endOfFilter(text, at + 2)
  while (end !== undefined && operator !== '!' && text[end] === '(') end = endOfFilter(text, end)
  return end !== undefined && text[end] === ')' ? end + 1 : undefined
}
