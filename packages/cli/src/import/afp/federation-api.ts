import { isReserved } from '@rolecall/server/config-file'
import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'

/** What stands for a mount in the new file. */
export interface MountNames {
  /** Of its grant; unique among the mounts. */
  readonly grant: string
  /** Where the old program answered, as far as anybody has said. */
  readonly prefixes: readonly string[]
}

/** Where the clients of the old program ask when nobody tells them otherwise, and where a further mount is. */
const usual = {
  people: { first: '/afp-api/latest', next: '/afp-api' },
  machines: { first: '/latest', next: '/machines' },
}

interface NewMount {
  readonly for: 'people' | 'machines'
  readonly sources?: readonly string[]
}

/** Writes where the API of the old program answers. */
export function importApi(
  { grant, prefixes }: MountNames,
  mount: NewMount,
  draft: Draft,
  findings: Findings,
): void {
  if (mount.for === 'machines') {
    findings.ask(
      'federationApi.hosts',
      'By which host names do machines ask (`ims_host` of alppaca)? Others are refused, so that no web page on a machine gets its keys.',
      'the host of `publicUrl`, and plain addresses',
    )
  }
  for (const prefix of prefixes.length === 0 ? [undefined] : prefixes) {
    importPrefix({ grant, prefix }, mount, draft, findings)
  }
}

function importPrefix(
  { grant, prefix }: { readonly grant: string; readonly prefix: string | undefined },
  mount: NewMount,
  draft: Draft,
  findings: Findings,
): void {
  const { first, next } = usual[mount.for]
  const candidates = [prefix, first, `${next}/${grant}`]
  const chosen = candidates.find(one => one !== undefined && isFree(one, draft)) ?? first
  draft.add(['federationApi'], { prefix: chosen, ...mount })
  if (chosen === prefix) return
  const question =
    prefix === undefined
      ? `Under which path did the web server have the program for ${mount.for} (${grant})? --apache FILE reads it from the configuration of Apache.`
      : `The web server had the program for ${mount.for} (${grant}) at ${prefix}, which is not free here. Where do its clients ask now?`
  findings.ask('federationApi.prefix', question, chosen)
}

/** Whether the gateway has nothing there, and no other mount stands above or below. */
function isFree(prefix: string, draft: Draft): boolean {
  const [, first, second] = prefix.split('/')
  const isOurs = first === 'api' ? second === undefined || second === 'v1' : isReserved(first)
  if (isOurs || !/^(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/.test(prefix) || prefix.length > 128)
    return false
  const mounts = draft.get(['federationApi'])
  const others = Array.isArray(mounts) ? mounts.map(one => String(one.prefix)) : []
  return !others.some(
    other => `${prefix}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${prefix}/`),
  )
}
