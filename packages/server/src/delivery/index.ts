export { createDelivery, type Delivery } from './deliver.ts'
