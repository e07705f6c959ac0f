export { catalogOf } from './catalog.ts'
export {
  createDiscovery,
  type Discovery,
  type DiscoveryOptions,
} from './create-discovery.ts'
export type { AccountReport, DiscoveryReport, ReadingReport } from './discovery-report.ts'
export { recordChanges } from './record-changes.ts'
