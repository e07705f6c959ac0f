/**
 * Small JSON files of the state folder. They hold no secret, and what is lost is found again; but they say which
 * role a name means, so that one that others may write is none.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readPrivate } from '../vault/private-file.ts'

const mostBytes = 16 * 1024 * 1024

/** The value in the file; undefined when there is none that can be read. */
export function readState(file: string): unknown {
  try {
    return JSON.parse(readPrivate(file, mostBytes)?.toString('utf8') ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Puts the value in place of the file, whole or not at all. False when it cannot be written. */
export function writeState(file: string, value: unknown): boolean {
  const beside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    const text = `${JSON.stringify(value)}\n`
    if (Buffer.byteLength(text) > mostBytes) return false
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' })
    renameSync(beside, file)
    return true
  } catch {
    rmSync(beside, { force: true })
    return false
  }
}

/** The value as an object, for reading fields whose types are not known. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
