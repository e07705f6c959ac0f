/** Why keys could not be had, for the processes that waited for them. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ExitReason, exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { DataKey } from './data-key.ts'
import { readPrivate } from './private-file.ts'
import { sealKeys } from './seal-keys.ts'
import { unsealKeys } from './unseal-keys.ts'

interface FlightFailure {
  readonly reason: ExitReason
  readonly message: string
  readonly hint: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
}

const longest = 16_384
const nameOf = (file: string) => `${file}.failed`

/** Keeps it for those who wait; when that cannot be done, each of them tries for itself. */
export async function writeFailure(
  { key, folder }: DataKey,
  file: string,
  error: unknown,
  at: number,
): Promise<void> {
  const { replaceFile } = await import('@rolecall/aws/shared-files')
  const known = error instanceof Failure ? error : undefined
  const failure: FlightFailure = {
    reason: known?.reason ?? 'internal',
    message: (error instanceof Error ? error.message : String(error)).slice(0, longest / 4),
    hint: known?.hint?.slice(0, longest / 4),
    at,
  }
  const sealed = sealKeys(key, nameOf(file), JSON.stringify(failure))
  await replaceFile(join(folder, nameOf(file)), sealed).catch(() => undefined)
}

export function readFailure({ key, folder }: DataKey, file: string): FlightFailure | undefined {
  const sealed = readPrivate(join(folder, nameOf(file)), longest)
  const text = sealed && unsealKeys(key, nameOf(file), sealed)
  if (text === undefined) return undefined
  const failure: FlightFailure = JSON.parse(text)
  return Object.hasOwn(exitCodes, failure.reason) ? failure : { ...failure, reason: 'internal' }
}

export function forgetFailure({ folder }: DataKey, file: string): void {
  rmSync(join(folder, nameOf(file)), { force: true })
}
