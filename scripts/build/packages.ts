import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is used of a `package.json`. */
interface Package {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly engines?: Readonly<Record<string, string>>
}

export function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** The versions that are installed: those that the tests have run with. */
export function exactVersions(
  root: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map(name => [name, readPackage(join(root, 'node_modules', name)).version]),
  )
}
