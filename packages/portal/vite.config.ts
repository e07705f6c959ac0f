import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { thirdPartyLicences } from '../../scripts/build/third-party.ts'

/** The gateway that `npm run dev` talks to. */
const gateway = process.env.ROLECALL_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), licences()],
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

/** Whoever gets the page gets the licences of what is in it. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap(part =>
        part.type === 'chunk' ? part.moduleIds : [],
      )
      this.emitFile({
        type: 'asset',
        fileName: 'THIRD-PARTY-LICENCES.txt',
        source: thirdPartyLicences(modules),
      })
    },
  }
}
