/** The core over the accounts and roles that AWS tells of: what the HTTP server and the library run on. */
import { createDiscovery, type Discovery, recordChanges } from './accounts/index.ts'
import { type Core, type CoreOptions, createCore } from './core.ts'
import type { Store } from './store/index.ts'

/** A core, and where its accounts and roles come from. */
export interface LiveCore extends Core {
  /** Not started; to be closed before the core's clients are. */
  readonly discovery: Discovery
}

/** Puts both together: grants are those of the catalogue of now, and a refusal of AWS has it read anew. */
export async function createLiveCore(
  options: Omit<CoreOptions, 'catalog' | 'onRefused'> & { readonly store: Store },
): Promise<LiveCore> {
  const { config, store, audit, now, random, warn } = options
  let discovery: Discovery
  const core = createCore({
    ...options,
    catalog: () => discovery.catalog(),
    onRefused: ({ account, roleName }) => discovery.doubt(account, roleName),
  })
  discovery = await createDiscovery({
    config,
    store,
    now,
    random: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
    aws: core.aws,
    // Compiled here, so that no request waits for it.
    onCatalog: () => void core.grants(),
    onChange: recordChanges(audit, warn),
    warn,
  })
  return Object.freeze({ ...core, discovery })
}
