export { catalogOf } from './catalog.ts'
