export type { Asker } from './asker.ts'
export { createDelivery, type Delivery } from './deliver.ts'
