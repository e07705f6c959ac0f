export { guardedSend } from './guarded-send.ts'
export { checkHost } from './outgoing-rules.ts'
