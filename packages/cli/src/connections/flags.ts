/** The flags of a connection as the parser of the command line gives them. */
import type { settings } from './settings.ts'

type Camel<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Text

type WithFlag = Extract<(typeof settings)[number], { flag: string }>

type SettingFlags = {
  readonly [Each in WithFlag as Camel<Each['flag']>]?:
    | (Each['kind'] extends 'boolean' ? boolean : string)
    | undefined
}

/** What `connectionOptions` adds to a verb. */
export interface ConnectionFlags extends SettingFlags {
  /** The name of the connection; `idpAccount` is what saml2aws calls it. */
  readonly connection?: string | undefined
  readonly idpAccount?: string | undefined
  /** A file of saml2aws. */
  readonly config?: string | undefined
  /** Traffic on standard error, without its secrets. */
  readonly debug?: boolean | undefined
  readonly verbose?: boolean | undefined
  readonly quiet?: boolean | undefined
}

/** `session-duration` as the parser names it: `sessionDuration`. */
export function camelCase(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
