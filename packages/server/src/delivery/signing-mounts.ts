/** The signing gateways of one configuration after the other. */
import type { Config } from '../config/config.ts'
import type { MountedSigningGateway } from './mount-signing-gateway.ts'

/** The one of now, and those that still have requests under way. */
export interface SigningMounts {
  current(): MountedSigningGateway | undefined
  /** Takes the gateway of a new configuration; the one before ends with its last request. */
  replace(config: Config): void
  close(): Promise<void>
}

/** Mounts the gateway of this configuration. */
export function createSigningMounts(
  mount: (config: Config) => MountedSigningGateway | undefined,
  config: Config,
): SigningMounts {
  let current = mount(config)
  const retired = new Set<MountedSigningGateway>()

  function retire(): void {
    const one = current
    if (one === undefined) return
    retired.add(one)
    void one.gateway.close().then(() => retired.delete(one))
  }

  return Object.freeze({
    current: () => current,
    replace(next: Config) {
      retire()
      current = mount(next)
    },
    async close() {
      retire()
      await Promise.all([...retired].map(({ gateway }) => gateway.close()))
    },
  })
}
