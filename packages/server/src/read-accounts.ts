import { createDiscovery, type DiscoveryReport } from './accounts/index.ts'
import type { Config } from './config/config.ts'
import type { RoleCatalog } from './nouns.ts'
import { createAwsClients } from './sessions/index.ts'
import type { Store } from './store/index.ts'

/** What the command works with. */
export interface ReadAccountsOptions {
  readonly config: Config
  readonly store: Store
  /** Read all of it of AWS first. A gateway on the same store takes it over. */
  readonly refresh: boolean
  /** Told of what somebody should look at. */
  readonly warn: (message: string) => void
}

/** The accounts and roles that a gateway with this configuration and this store knows. */
export async function readAccounts({ config, store, refresh, warn }: ReadAccountsOptions): Promise<{
  readonly report: DiscoveryReport
  readonly catalog: RoleCatalog
}> {
  const now = () => new Date()
  const aws = createAwsClients({ config: () => config, now, http: undefined, warn })
  const discovery = await createDiscovery({
    config: () => config,
    store,
    now,
    random: Math.random,
    aws,
    warn,
  })
  try {
    if (refresh) await discovery.refresh()
    return { report: discovery.report(), catalog: discovery.catalog() }
  } finally {
    await discovery.close()
    aws.close()
  }
}
