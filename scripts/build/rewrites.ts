import { relative } from 'node:path'
import type { Plugin } from 'rolldown'

/** Places in the source that name a file of the workspace, and the file of the package that is meant. */
const places: Readonly<Record<string, readonly [string, string]>> = {
  'packages/cli/src/program.ts': [
    "new URL('../package.json', import.meta.url)",
    "new URL('./package.json', import.meta.url)",
  ],
  'packages/cli/src/portal-directory.ts': [
    "join(import.meta.dirname, '..', '..', 'portal', 'dist')",
    "join(import.meta.dirname, 'portal')",
  ],
  'packages/cli/src/vault/keyring-calls.ts': ["'./keyring-child.ts'", "'./keyring-child.mjs'"],
  'packages/server/src/audit/group-writer.ts': ["'./append-thread.ts'", "'./append-thread.mjs'"],
  'packages/server/src/http/app.ts': ["'../../package.json'", "'./package.json'"],
}

/** Points these places at the package, where all files lie in one folder. One that is not found fails the build. */
export function rewrites(root: string): Plugin {
  const left = new Set(Object.keys(places))
  return {
    name: 'files-of-the-package',
    transform(code, id) {
      const path = relative(root, id)
      const place = places[path]
      if (place === undefined) return null
      const [from, to] = place
      if (!code.includes(from)) throw new Error(`${path} has no ${from} any more`)
      left.delete(path)
      return { code: code.replace(from, to), map: null }
    },
    buildEnd() {
      if (left.size > 0) throw new Error(`not in the bundle: ${[...left].join(', ')}`)
    },
  }
}
