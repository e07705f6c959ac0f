/** ` -a NAME`, for a command that somebody is told to type; nothing for the connection that is taken anyway. */
export function connectionOption(name: string): string {
  if (name === 'default') return ''
  const word = /^[\w.@-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
  return ` -a ${word}`
}
