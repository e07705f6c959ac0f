export { createApp } from './app.ts'
export { addressOfRequest, trustedProxies } from './client-address.ts'
