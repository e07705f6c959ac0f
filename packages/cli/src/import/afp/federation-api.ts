import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'

/** What stands for a mount in the new file. */
export interface MountNames {
  /** Of its grant; unique among the mounts. */
  readonly grant: string
  /** Where the old program answered, as far as anybody has said. */
  readonly prefix: string | undefined
}

/** Where the clients of the old program ask when nobody tells them otherwise. */
const usual = { people: '/afp-api/latest', machines: '/latest' }

/** Writes where the API of the old program answers. */
export function importApi(
  { grant, prefix }: MountNames,
  mount: { readonly for: 'people' | 'machines'; readonly sources?: readonly string[] },
  draft: Draft,
  findings: Findings,
): void {
  const taken = draft.get(['federationApi'])
  const isTaken = (one: string) => JSON.stringify(taken ?? []).includes(JSON.stringify(one))
  const usualOne = usual[mount.for]
  const chosen = prefix ?? (isTaken(usualOne) ? `${usualOne}/${grant}` : usualOne)
  draft.add(['federationApi'], { prefix: chosen, ...mount })
  if (prefix !== undefined) return
  const question = `Under which path did the web server have the program for ${mount.for} (${grant})? --apache FILE reads it from the configuration of Apache.`
  findings.ask('federationApi.prefix', question, chosen)
}
