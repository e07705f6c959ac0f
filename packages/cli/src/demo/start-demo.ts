/** The whole product on this machine: a simulated AWS, a simulated company IdP and the gateway. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createDirectory,
  createServer,
  type GatewayServer,
  loadConfig,
  openStore,
  type Store,
} from '@rolecall/server'
import { demoWorld, type Simulator, startSimulator } from '@rolecall/simulator'
import { portalDirectory } from '../portal-directory.ts'
import { demoConfig, localUser } from './demo-config.ts'
import { companyWithJumpCloud } from './demo-world.ts'
import { freePort } from './ports.ts'

/** What may differ from one demo to another. */
export interface DemoOptions {
  /** Port of the gateway; 0 for any free one. */
  readonly port: number
  readonly now?: () => Date
  /** Metadata of another identity provider than the simulated one. */
  readonly idpMetadataUrl?: string
}

/** A running demo. */
export interface Demo {
  readonly url: string
  readonly configFile: string
  /** Removed at the end, with all that lies in it. */
  readonly folder: string
  readonly simulator: Simulator
  readonly gateway: GatewayServer
  readonly store: Store
  /** Stops everything and removes the demo's folder. */
  close(): Promise<void>
}

/** Starts all three; nothing is left running when one of them cannot start. */
export async function startDemo({ port, now, idpMetadataUrl }: DemoOptions): Promise<Demo> {
  const undo: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const clock = now === undefined ? {} : { now }
    const simulator = await startSimulator({ world: companyWithJumpCloud(), ...clock })
    undo.push(() => simulator.close())
    const folder = await mkdtemp(join(tmpdir(), 'rolecall-demo-'))
    undo.push(() => rm(folder, { recursive: true, force: true }))
    const configFile = join(folder, 'rolecall.yaml')
    const gatewayPort = port === 0 ? await freePort() : port
    const [keys] = demoWorld.accounts[0].users[0].accessKeys
    const secretFile = 'secret-access-key'
    await writeFile(join(folder, secretFile), keys.secret, { mode: 0o600 })
    await writeFile(
      configFile,
      demoConfig({
        publicUrl: `http://127.0.0.1:${gatewayPort}`,
        port: gatewayPort,
        idpMetadataUrl: idpMetadataUrl ?? simulator.idp.metadataUrl,
        stsEndpoint: simulator.stsEndpoint,
        iamEndpoint: simulator.url,
        federationEndpoint: simulator.federationEndpoint,
        consoleUrl: simulator.consoleUrl,
        accessKeyId: keys.id,
        secretFile,
      }),
    )
    const loaded = await loadConfig(configFile)
    if (!loaded.ok) throw new Error(loaded.problems.map(problem => problem.message).join('\n'))
    const store = await openStore(loaded.config.store.file)
    undo.push(() => store.close())
    await createDirectory(store, { now: now ?? (() => new Date()) }).add(localUser)
    const gateway = await createServer({
      config: loaded.config,
      store,
      portal: { directory: portalDirectory },
      log: false,
      ...clock,
    })
    undo.push(() => gateway.close())
    const url = await gateway.listen()
    const metadata = await fetch(`${url}/signin/saml/company/metadata`)
    simulator.trustServiceProvider(await metadata.text())
    return { url, configFile, folder, simulator, gateway, store, close }
  } catch (error) {
    await close()
    throw error
  }
}
