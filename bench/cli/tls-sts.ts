import { fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { selfSignedCertificate } from '@rolecall/simulator'

/** An STS that gives the same keys to everybody, and what reaches it. */
export interface TlsSts {
  readonly env: Readonly<Record<string, string>>
  readonly accessKeyId: string
  end(): void
}

/** Starts it in a process of its own, with a certificate that is written to the folder. */
export async function startTlsSts(folder: string): Promise<TlsSts> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const hour = 3_600_000
  const certificate = selfSignedCertificate(privateKey, {
    commonName: 'localhost',
    notBefore: new Date(Date.now() - hour),
    notAfter: new Date(Date.now() + 24 * hour),
  })
  const file = join(folder, 'ca.pem')
  writeFileSync(file, certificate)
  writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const child = fork(join(import.meta.dirname, 'serve-sts.ts'), [folder])
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', message => resolve(Number(message)))
    child.once('exit', code => reject(new Error(`serve-sts.ts ended with ${code}`)))
  })
  return {
    accessKeyId: 'ASIATLSSTS',
    env: {
      AWS_ENDPOINT_URL_STS: `https://localhost:${port}`,
      AWS_CA_BUNDLE: file,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
    end: () => child.kill(),
  }
}
