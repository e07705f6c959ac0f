/** FIDO2 and U2F security keys, for providers that want one. */
export { createSecurityKey } from './security-key.ts'
