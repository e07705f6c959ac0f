export { guardedLookup } from './guarded-lookup.ts'
export { guardedSend } from './guarded-send.ts'
export { isLoopbackHost, isSecureUrl } from './loopback.ts'
export { checkHost } from './outgoing-rules.ts'
