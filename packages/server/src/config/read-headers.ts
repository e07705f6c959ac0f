/** What the trusted proxies of the file refer to: secrets and authorities. */
import type { Secret } from '@rolecall/aws'
import type { KeyPath } from './key-path.ts'
import type { Readers } from './readers.ts'
import type { HeadersEntry } from './sections.ts'

/** Of one entry; a part that could not be read was reported and is absent. */
export interface HeaderResources {
  readonly secret: Secret | undefined
  /** PEM. */
  readonly ca: string | undefined
}

const shortestSecret = 16

/** Reads them by the entry's place in the list. */
export async function readHeaders(
  entries: readonly (HeadersEntry | undefined)[],
  readers: Readers,
): Promise<ReadonlyMap<number, HeaderResources>> {
  const { report } = readers

  async function secretOf(entry: HeadersEntry, path: KeyPath): Promise<Secret | undefined> {
    if (entry.secret === undefined) return undefined
    const at = [...path, 'secret', 'value']
    const found = await readers.secret(entry.secret.value, at)
    if (found === undefined || found.reveal().length >= shortestSecret) return found
    report.problem(at, 'this secret is too short', 'make one: `openssl rand -base64 32`')
    return undefined
  }

  async function caOf(entry: HeadersEntry, path: KeyPath): Promise<string | undefined> {
    if (entry.clientCertificate === undefined) return undefined
    return readers.certificates(
      [...path, 'clientCertificate', 'caFile'],
      entry.clientCertificate.caFile,
    )
  }

  const one = async (entry: HeadersEntry | undefined, index: number) => {
    if (entry === undefined) return []
    const path = ['signIn', 'headers', index]
    const [secret, ca] = await Promise.all([secretOf(entry, path), caOf(entry, path)])
    return [[index, { secret, ca }] as const]
  }
  return new Map((await Promise.all(entries.map(one))).flat())
}
