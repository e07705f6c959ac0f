/** Throw-away keys with self-signed certificates, by openssl. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A private key and its certificate: PEM text, and the files that hold them. */
export interface KeyPair {
  readonly key: string
  readonly certificate: string
  readonly keyFile: string
  readonly certificateFile: string
}

const kinds = {
  'rsa-2048': ['rsa:2048'],
  'rsa-3072': ['rsa:3072'],
  'rsa-4096': ['rsa:4096'],
  'p-256': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'p-384': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'p-521': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
} as const

export type KeyKind = keyof typeof kinds

/** Makes `NAME.key` and `NAME.crt` in a folder. */
export function makeKeyPair(folder: string, name: string, kind: KeyKind = 'rsa-2048'): KeyPair {
  const [keyFile, certificateFile] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-newkey'],
      ...[...kinds[kind], '-keyout', keyFile, '-out', certificateFile],
    ],
    { stdio: 'ignore' },
  )
  return {
    key: readFileSync(keyFile, 'utf8'),
    certificate: readFileSync(certificateFile, 'utf8'),
    keyFile,
    certificateFile,
  }
}
