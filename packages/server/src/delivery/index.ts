export type { Asker, RoleName } from './asker.ts'
export type { ConsolePage } from './console-link.ts'
export { createDelivery, type Delivery } from './deliver.ts'
export { type MountedSigningGateway, mountSigningGateway } from './mount-signing-gateway.ts'
