/** A gateway in a process of its own: `CONFIGURATION-FILE`; tells its address once it listens. */
import { flushCompileCache } from 'node:module'
import { serve } from '../src/index.ts'

process.on('disconnect', () => process.exit())
await serve({
  file: process.argv[2] ?? '',
  log: false,
  onListening(url) {
    process.send?.(url)
    // Whoever is killed keeps nothing for the next one.
    if (process.env.NODE_COMPILE_CACHE !== undefined) flushCompileCache()
  },
})
