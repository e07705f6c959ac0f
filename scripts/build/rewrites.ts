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
  'packages/cli/src/vault/keyring-calls.ts': [
    "new URL('./keyring-child.ts', import.meta.url)",
    "new URL('./keyring-child.mjs', import.meta.url)",
  ],
  'packages/server/src/audit/group-writer.ts': [
    "new URL('./append-thread.ts', import.meta.url)",
    "new URL('./append-thread.mjs', import.meta.url)",
  ],
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
      if (code.split(from).length !== 2) throw new Error(`${path} does not have ${from} once`)
      left.delete(path)
      return { code: code.replace(from, to), map: null }
    },
    buildEnd() {
      if (left.size > 0) throw new Error(`not in the bundle: ${[...left].join(', ')}`)
    },
  }
}

/** The file that the whole program is in, for the one that answers at once. */
export function wholeProgram(file: string): Plugin {
  return {
    name: 'whole-program',
    resolveId: (id: string) =>
      id === './run-process.ts' ? { id: file, external: 'relative' } : null,
  }
}

/** `import()` of what Node has built in: by the loader of CommonJS, which does not read all its exports. */
export const requireBuiltIns: Plugin = {
  name: 'require-built-ins',
  transform(code) {
    const required = code.replace(
      /(?<!typeof )\bimport\(('node:[\w/]+')\)/g,
      'Promise.resolve(require($1))',
    )
    return required === code ? null : { code: required, map: null }
  },
}
