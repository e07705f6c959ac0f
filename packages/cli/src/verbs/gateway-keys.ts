import { newCallerKeys } from '@rolecall/server/signing-gateway'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** `rolecall gateway keys NAME [--json]` */
export function printGatewayKeys(name: string, json: boolean, terminal: Terminal): number {
  if (!/^[A-Za-z0-9][\w.@-]{0,63}$/.test(name)) {
    throw new Failure(
      'usage',
      `${name} cannot name a caller`,
      'letters, digits, _ . @ and -, at most 64, a letter or digit first',
    )
  }
  const { token, tokenSha256, accessKeyId, secretAccessKey } = newCallerKeys()
  const variable = `GATEWAY_SECRET_${name.replace(/\W/g, '_').toUpperCase()}`
  if (json) {
    const keys = { name, token, tokenSha256, accessKeyId, secretAccessKey }
    terminal.out.write(`${JSON.stringify(keys, undefined, 2)}\n`)
    return exitCodes.ok.code
  }
  terminal.out.write(`# for the file, below signingGateway.callers:
    - name: ${name}
      tokenSha256: ${tokenSha256}
      keys: { accessKeyId: ${accessKeyId}, secretAccessKey: { env: ${variable} } }
      allow:
        - services: [s3]
          methods: [GET, HEAD]

# for the environment of the gateway:
${variable}=${secretAccessKey}

# for ${name}: a token for programs that cannot sign, a key pair for SDKs
GATEWAY_TOKEN=${token}
AWS_ACCESS_KEY_ID=${accessKeyId}
AWS_SECRET_ACCESS_KEY=${secretAccessKey}
`)
  return exitCodes.ok.code
}
