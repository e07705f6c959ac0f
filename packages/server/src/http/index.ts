export { createApp } from './app.ts'
export { trustedProxies } from './client-address.ts'
