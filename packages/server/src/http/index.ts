export { createApp } from './app.ts'
export { addressOfRequest, trustedProxies } from './client-address.ts'
export { secureContext } from './tls-options.ts'
