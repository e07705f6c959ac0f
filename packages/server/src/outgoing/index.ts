export { guardedLookup } from './guarded-lookup.ts'
export { guardedSend } from './guarded-send.ts'
export { checkHost } from './outgoing-rules.ts'
