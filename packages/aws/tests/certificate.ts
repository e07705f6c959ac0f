import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A key and a certificate that it signed itself, as PEM. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

/** Makes one for these names (`IP:127.0.0.1`, `DNS:localhost`) with the `openssl` command. */
export function selfSigned(...names: readonly string[]): SelfSigned {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-tls-'))
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  try {
    const options = ['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=test']
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', keyFile]
    const extension = ['-addext', `subjectAltName=${names.join(',')}`]
    execFileSync('openssl', [...options, ...key, ...extension, '-out', certFile], { stdio: 'pipe' })
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
