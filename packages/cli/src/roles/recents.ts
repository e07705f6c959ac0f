/** Which roles were taken how often and how lately: the picker shows those first. */
import { join } from 'node:path'
import { stateFolder } from '../places.ts'
import { fieldsOf, readState, writeState } from './state-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

interface Recent {
  readonly connection: string
  readonly roleArn: string
  /** How often it was taken, each time worth half as much three days later. */
  readonly score: number
  /** When the score was right: milliseconds of the epoch. */
  readonly at: number
}

const mostRecents = 200
const halfLifeMs = 3 * 24 * 3_600_000

/** ARNs of the roles that a connection's person took, the likeliest next one first. */
export function recentRoles(
  connection: string,
  env: Environment,
  now: Date = new Date(),
): readonly string[] {
  return read(env)
    .filter(recent => recent.connection === connection)
    .map(recent => ({ ...recent, score: scoreAt(recent, now.getTime()) }))
    .sort((a, b) => b.score - a.score)
    .map(recent => recent.roleArn)
}

/** Counts a role as taken now. A folder that cannot be written is no failure: it is a memory. */
export function noteRecent(
  { connection, roleArn }: { readonly connection: string; readonly roleArn: string },
  env: Environment,
  now: Date = new Date(),
): void {
  const at = now.getTime()
  const all = read(env).map(recent => ({ ...recent, score: scoreAt(recent, at), at }))
  const isThis = (one: Recent) => one.connection === connection && one.roleArn === roleArn
  const score = (all.find(isThis)?.score ?? 0) + 1
  const rest = all.filter(one => !isThis(one))
  const kept = [{ connection, roleArn, score, at }, ...rest].sort((a, b) => b.score - a.score)
  writeState(fileOf(env), { version: 1, recents: kept.slice(0, mostRecents) })
}

/** A clock that was set back counts nothing for more than it was worth. */
function scoreAt({ score, at }: Recent, now: number): number {
  return score * 0.5 ** (Math.max(0, now - at) / halfLifeMs)
}

const fileOf = (env: Environment): string => join(stateFolder(env), 'recent-roles.json')

function read(env: Environment): readonly Recent[] {
  const { version, recents } = fieldsOf(readState(fileOf(env)))
  if (version !== 1 || !Array.isArray(recents)) return []
  return recents.slice(0, mostRecents).flatMap(value => {
    const { connection, roleArn, score, at } = fieldsOf(value)
    if (typeof connection !== 'string' || typeof roleArn !== 'string') return []
    const isNumber = (one: unknown): one is number => Number.isFinite(one)
    return isNumber(score) && isNumber(at) ? [{ connection, roleArn, score, at }] : []
  })
}
