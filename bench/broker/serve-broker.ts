/** Ours: the gateway as `rolecall serve` runs it, with its audit log on the disk and the simulator as AWS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, loadConfig, openStore } from '@rolecall/server'
import { demoWorld, startSimulator } from '@rolecall/simulator'
import { answerUsage } from '../gateway/child.ts'

/** What the load needs to know. */
export interface BrokerFacts {
  readonly port: number
  readonly entityId: string
  readonly signingKey: string
  readonly certificate: string
}

/** What is measured is the path of a request, not how many the gateway lets a person or an address make. */
const most = 1_000_000
const limits = {
  signInPerAddress: most,
  deliveryPerPrincipal: most,
  deliveryPerAddress: most,
  apiPerPrincipal: most,
  apiPerAddress: most,
}

const directory = mkdtempSync(join(tmpdir(), 'rolecall-bench-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
process.on('SIGTERM', () => process.exit())

const simulator = await startSimulator()
const [user] = demoWorld.accounts[0]?.users ?? []
const key = user?.accessKeys?.[0]
const port = await freePort()
const file = join(directory, 'rolecall.yaml')
const { stsEndpoint: sts, federationEndpoint: federation, consoleUrl: console, idp } = simulator
writeFileSync(
  file,
  JSON.stringify({
    publicUrl: `http://127.0.0.1:${port}`,
    listen: { host: '127.0.0.1', port, trustedProxies: ['127.0.0.1'] },
    store: { file: 'rolecall.db' },
    limits,
    signIn: {
      password: false,
      saml: [
        {
          id: 'company',
          metadata: { url: idp.metadataUrl },
          attributes: { username: 'uid', groups: 'memberOf' },
        },
      ],
    },
    aws: {
      credentials: { source: 'static', accessKeyId: key?.id, secretAccessKey: key?.secret },
      endpoints: { sts, federation, console },
    },
    accounts: { prod: { id: '100000000002' }, sandbox: { id: '100000000004' } },
    grants: [
      { name: 'admins', groups: ['platform'], account: 'prod', role: 'Administrator' },
      { name: 'readers', groups: ['developers'], account: 'prod', role: 'ReadOnly' },
      { name: 'builders', groups: ['developers'], account: 'sandbox', role: 'Developer' },
    ],
  }),
)
const result = await loadConfig(file)
if (!result.ok) throw new Error(JSON.stringify(result.problems))
const store = await openStore(result.config.store.file)
const gateway = await createServer({ config: result.config, store })
await gateway.listen()
answerUsage()
const facts: BrokerFacts = {
  port,
  entityId: idp.entityId,
  signingKey: idp.signingKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  certificate: idp.certificate,
}
process.send?.(facts)

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket().once('error', reject)
    socket.listen(0, '127.0.0.1', () => {
      const address = socket.address()
      socket.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
