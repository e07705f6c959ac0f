/** What the trusted proxies of the file refer to: secrets and authorities. */
import { X509Certificate } from 'node:crypto'
import type { Secret } from '@rolecall/aws'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { SecretReference } from './schema-parts.ts'
import type { HeadersEntry } from './sections.ts'

/** Of one entry; a part that could not be read was reported and is absent. */
export interface HeaderResources {
  readonly secret: Secret | undefined
  /** PEM. */
  readonly ca: string | undefined
}

const shortestSecret = 16
const certificateBytes = 1_048_576
const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Reads them by the entry's place in the list. */
export async function readHeaders(
  entries: readonly (HeadersEntry | undefined)[],
  readers: {
    readonly secret: (from: SecretReference, path: KeyPath) => Promise<Secret | undefined>
    readonly text: (path: KeyPath, name: string, most: number) => Promise<string | undefined>
    readonly report: Report
  },
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
    const at = [...path, 'clientCertificate', 'caFile']
    const found = await readers.text(at, entry.clientCertificate.caFile, certificateBytes)
    if (found === undefined || areCertificates(found)) return found
    report.problem(at, 'the file holds no certificate in PEM', 'name the PEM of the authority')
    return undefined
  }

  const one = async (entry: HeadersEntry | undefined, index: number) => {
    if (entry === undefined) return []
    const path = ['signIn', 'headers', index]
    const [secret, ca] = await Promise.all([secretOf(entry, path), caOf(entry, path)])
    return [[index, { secret, ca }] as const]
  }
  return new Map((await Promise.all(entries.map(one))).flat())
}

/** The certificates of a PEM text. Throws when one of them is none. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  return (pem.match(pemBlock) ?? []).map(block => new X509Certificate(block))
}

function areCertificates(pem: string): boolean {
  try {
    return certificatesOf(pem).length > 0
  } catch {
    return false
  }
}
