/** The process of `memory.test.ts`: a gateway before the address that it was given; tells its memory when asked. */
import { createHttpAgents, staticCredentials } from '@rolecall/aws'
import {
  createSigningGateway,
  type GatewayCaller,
  jsonLinesAudit,
  listenForGateway,
} from '../../src/delivery/signing-gateway/index.ts'

const caller: GatewayCaller = {
  name: 'build',
  tokenSha256: process.argv[3],
  keys: undefined,
  isAnonymous: false,
  allow: [{ services: ['s3'], regions: ['*'], methods: ['PUT'], paths: undefined }],
  roleArn: undefined,
}
const gateway = createSigningGateway({
  callers: [caller],
  endpoints: { '*': process.argv[2] ?? '' },
  credentials: staticCredentials({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }),
  sts: { region: 'eu-central-1' },
  agents: createHttpAgents(),
  audit: jsonLinesAudit({ write: async () => undefined, close: async () => undefined }),
})
const { url } = await listenForGateway(gateway, { kind: 'tcp', host: '127.0.0.1', port: 0 })
process.send?.(url)
process.on('message', () => process.send?.(process.memoryUsage.rss()))
process.on('disconnect', () => process.exit())
