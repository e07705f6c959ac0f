/** A gateway in a process of its own: `UPSTREAM TOKEN-SHA256 [AUDIT-FILE]`; tells its memory when asked. */
import { createHttpAgents, staticCredentials } from '@rolecall/aws'
import {
  createSigningGateway,
  type GatewayCaller,
  jsonLinesAudit,
  listenForGateway,
  openAuditFile,
} from '../../src/delivery/signing-gateway/index.ts'

const [, , upstream = '', tokenSha256, auditFile] = process.argv
const nowhere = { write: async () => undefined, close: async () => undefined }
const caller: GatewayCaller = {
  name: 'build',
  tokenSha256,
  keys: undefined,
  isAnonymous: false,
  allow: [{ services: ['s3'], regions: ['*'], methods: ['PUT'], paths: undefined }],
  roleArn: undefined,
}
const gateway = createSigningGateway({
  callers: [caller],
  endpoints: { '*': upstream },
  credentials: staticCredentials({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }),
  sts: { region: 'eu-central-1' },
  agents: createHttpAgents(),
  audit: jsonLinesAudit(auditFile === undefined ? nowhere : await openAuditFile(auditFile)),
})
const { url } = await listenForGateway(gateway, { kind: 'tcp', host: '127.0.0.1', port: 0 })
process.send?.(url)
process.on('message', () => process.send?.(process.memoryUsage.rss()))
process.on('disconnect', () => process.exit())
