/** A gateway in a process of its own: `UPSTREAM TOKEN-SHA256 [AUDIT-FILE]`; tells the most memory that it had when asked. */
import { readFileSync } from 'node:fs'
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
process.on('message', () => process.send?.(mostResident()))
process.on('disconnect', () => process.exit())

/** Bytes. Linux keeps the highest since the start, which no look misses; elsewhere it is that of now. */
function mostResident(): number {
  const now = process.memoryUsage.rss()
  try {
    const [, kilobytes = '0'] =
      /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return Math.max(now, Number(kilobytes) * 1024)
  } catch {
    return now
  }
}
