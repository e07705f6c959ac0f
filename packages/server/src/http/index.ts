export { type AppOptions, createApp } from './app.ts'
export { trustedProxies } from './client-address.ts'
export type { Gateway } from './gateway.ts'
