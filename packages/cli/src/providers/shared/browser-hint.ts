import type { Connection } from '../../connections/connection.ts'

/** The command that signs in where only a browser can: with the person's own one. */
export function browserHint({ name }: Pick<Connection, 'name'>): string {
  const word = /^[\w.@-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
  return `sign in with your own browser: rolecall login -a ${word} --idp-provider Browser`
}
