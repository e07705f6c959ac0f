export { createApp } from './app.ts'
export { addressOfRequest, trustedProxies } from './client-address.ts'
export { createRecentPasswords } from './recent-passwords.ts'
export { secureContext } from './tls-options.ts'
