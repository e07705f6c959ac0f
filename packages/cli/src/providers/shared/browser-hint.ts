import type { Connection } from '../../connections/connection.ts'
import { connectionOption } from '../../connections/connection-option.ts'

/** The command that signs in where only a browser can: with the person's own one. */
export function browserHint({ name }: Pick<Connection, 'name'>): string {
  return `sign in with your own browser: rolecall login${connectionOption(name)} --idp-provider Browser`
}
