import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The first file of that name that may be run: in PATH, or the path itself when it is absolute. */
export function findProgram(name: string, env: Environment): string | undefined {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined
  // A relative path would depend on the folder that the command happens to run in.
  if (/[/\\]/.test(name)) return undefined
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue
    const file = join(folder, name)
    if (isProgram(file)) return file
  }
  return undefined
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
