export { type Asker, createDelivery, type Delivery, type RoleName } from './deliver.ts'
