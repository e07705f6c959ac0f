import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The gateway that `npm run dev` talks to. */
const gateway = process.env.ROLECALL_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    // A data: font or image would need its own word in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/console', '/signin/saml'].map(path => [path, { target: gateway }]),
    ),
  },
})
