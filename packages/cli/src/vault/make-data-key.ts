import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { type DataKey, dataKey, keyFile, keyFileLength } from './data-key.ts'
import { isMine, isPrivateFolder, makePrivate } from './private-file.ts'

/** The data key, which is made when there is none; undefined when it cannot be made. */
export function makeDataKey(
  env: Readonly<Record<string, string | undefined>>,
): DataKey | undefined {
  const found = dataKey(env)
  if (found !== undefined) return found
  const file = keyFile(env)
  if (!isPrivateFolder(dirname(file), { make: true })) return undefined
  // That of a process which was faster stands: what it seals must open for all.
  const made = madeIn(file, env)
  if (made !== undefined || !isMine(file)) return made
  try {
    // One that others could read, or that is cut short, opens nothing that is worth keeping.
    rmSync(file)
  } catch {
    return undefined
  }
  return madeIn(file, env)
}

function madeIn(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): DataKey | undefined {
  try {
    makePrivate(file, randomBytes(keyFileLength))
  } catch {
    return undefined
  }
  return dataKey(env)
}
