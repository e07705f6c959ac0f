/** Ours: the signing gateway as `rolecall gateway` has it, audit file and its waits for the disk included. */
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpAgents, staticCredentials } from '@rolecall/aws'
import {
  createSigningGateway,
  jsonLinesAudit,
  openAuditFile,
} from '@rolecall/server/signing-gateway'
import { serveInChild, upstreamPort } from './child.ts'
import { token } from './load.ts'

const directory = mkdtempSync(join(tmpdir(), 'rolecall-bench-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
process.on('SIGTERM', () => process.exit())

const gateway = createSigningGateway({
  callers: [
    {
      name: 'bench',
      tokenSha256: hash('sha256', token),
      keys: undefined,
      isAnonymous: false,
      roleArn: undefined,
      allow: [
        { services: ['sts'], regions: ['*'], methods: ['GET'], paths: undefined },
        { services: ['s3'], regions: ['*'], methods: ['GET', 'PUT'], paths: ['/bucket/**'] },
      ],
    },
  ],
  endpoints: { '*': `http://127.0.0.1:${upstreamPort}` },
  credentials: staticCredentials({
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: 'x'.repeat(300),
  }),
  sts: { region: 'eu-central-1' },
  agents: createHttpAgents({ maxFreeSockets: 256 }),
  audit: jsonLinesAudit(await openAuditFile(join(directory, 'audit.jsonl'))),
  s3Payload: 'unsigned',
})

serveInChild(gateway.handle)
