/** How what the file refers to is read: secrets, other files, authorities. What cannot be is reported. */
import { X509Certificate } from 'node:crypto'
import { Secret } from '@rolecall/aws'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import { resolveSecret, type SecretSources } from './resolve-secret.ts'
import type { SecretReference } from './schema-parts.ts'
import { readTextFile, resolvePath, UnreadableFile } from './text-file.ts'

/** Each answers undefined for what it has reported. */
export interface Readers {
  readonly report: Report
  readonly secret: (reference: SecretReference, path: KeyPath) => Promise<Secret | undefined>
  readonly text: (path: KeyPath, name: string, maxBytes: number) => Promise<string | undefined>
  /** The text of a file with nothing but whole certificates in PEM. */
  readonly certificates: (path: KeyPath, name: string) => Promise<string | undefined>
}

/** Of a file with certificates. */
export const certificateBytes = 1_048_576
const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Readers for the file of this report. */
export function createReaders(sources: SecretSources, report: Report): Readers {
  async function secret(reference: SecretReference, path: KeyPath): Promise<Secret | undefined> {
    // An access key id is a name: it opens nothing without its secret.
    if (typeof reference === 'string' && path.at(-1) !== 'accessKeyId') {
      const remedy = 'keep it elsewhere: `{env: NAME}`, `{file: PATH}` or `{command: [PROGRAM]}`'
      report.warning(path, 'a secret stands in the file', remedy)
    }
    const found = await resolveSecret(reference, sources)
    if (found instanceof Secret) return found
    report.problem(path, found.refused, found.remedy)
    return undefined
  }

  async function text(path: KeyPath, name: string, maxBytes: number) {
    try {
      return await readTextFile(resolvePath(sources.directory, name), maxBytes)
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      const remedy = `paths are relative to ${sources.directory}; check its name and permissions`
      report.problem(path, `the file cannot be used: ${error.message}`, remedy)
      return undefined
    }
  }

  async function certificates(path: KeyPath, name: string) {
    const found = await text(path, name, certificateBytes)
    if (found === undefined || areCertificates(found)) return found
    const remedy = 'write PEM: whole `BEGIN CERTIFICATE` blocks'
    report.problem(path, 'these are no certificates', remedy)
    return undefined
  }

  return { report, secret, text, certificates }
}

/** The certificates of a PEM text. Throws when one of them is none. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  return (pem.match(pemBlock) ?? []).map(block => new X509Certificate(block))
}

function areCertificates(pem: string): boolean {
  try {
    const { length } = certificatesOf(pem)
    return length > 0 && length === pem.split('-----BEGIN').length - 1
  } catch {
    return false
  }
}
