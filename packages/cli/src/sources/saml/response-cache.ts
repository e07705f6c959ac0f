/** The last SAML response, kept as long as it is valid when `saml_cache` says so: encrypted, not as saml2aws kept it. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Connection } from '../../connections/connection.ts'
import { Failure } from '../../failure.ts'
import { homeOf } from '../../places.ts'
import type { SignInParts } from '../../providers/provider.ts'
import { type AssertionFacts, readAssertion } from './read-assertion.ts'
import { readBounded } from './read-bounded.ts'

/** A response that was kept. */
export interface KeptResponse {
  readonly samlResponse: string
  readonly facts: AssertionFacts
  readonly accountNames: ReadonlyMap<string, string> | undefined
}

/** Nothing is kept, and nothing found, unless the connection says so. */
export interface ResponseCache {
  find(): Promise<KeptResponse | undefined>
  keep(response: KeptResponse): Promise<void>
  forget(): Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>

const maxBytes = 128 * 1024

export function createResponseCache(
  connection: Connection,
  { remembered, now, ask }: SignInParts,
  env: Environment,
): ResponseCache {
  const isOn = connection.samlCache
  const name = nameOf(connection)
  return Object.freeze({
    async find() {
      if (!isOn) return undefined
      const kept = readKept(await remembered.get(name))
      if (kept !== undefined) return kept
      const file = oldCacheFile(connection, env)
      const old = readFacts(await readOld(file))
      const isFresh = (old?.facts.notOnOrAfter?.getTime() ?? 0) > now().getTime()
      if (old === undefined || !isFresh || !isOf(old, connection)) return undefined
      ask.tell(`the SAML response is that of ${file}, where saml2aws has kept it unencrypted`)
      return old
    },
    async keep({ samlResponse, accountNames }: KeptResponse) {
      if (!isOn) return
      const names = accountNames === undefined ? {} : Object.fromEntries(accountNames)
      await remembered.set(name, JSON.stringify({ samlResponse, accountNames: names }))
    },
    async forget() {
      if (isOn) await remembered.delete(name)
    },
  })
}

/** One for each address and person: what somebody else signed in for is not given to this one. */
function nameOf({ provider, url, username }: Connection): string {
  const text = JSON.stringify([provider, url, username ?? ''])
  return `saml-response ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

/** saml2aws does not say whose response it kept. */
function isOf({ facts }: KeptResponse, { username }: Connection): boolean {
  if (username === undefined) return true
  const [person = ''] = username.toLowerCase().split('@')
  const [session = ''] = (facts.sessionName ?? '').toLowerCase().split('@')
  return person === session
}

/** Where saml2aws keeps the response of a connection, in plain text. */
export function oldCacheFile(
  { samlCacheFile, name: connection }: Pick<Connection, 'samlCacheFile' | 'name'>,
  env: Environment,
): string {
  const file = `cache_${connection}`.replace(/[/\\]/g, '_')
  return samlCacheFile ?? join(homeOf(env), '.aws', 'saml2aws', file)
}

function readKept(text: string | undefined): KeptResponse | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    if (typeof value !== 'object' || value === null || !('samlResponse' in value)) return undefined
    const read = readFacts(String(value.samlResponse))
    const given = 'accountNames' in value ? value.accountNames : undefined
    const names = typeof given === 'object' && given !== null ? Object.entries(given) : []
    const accountNames = new Map(names.map(([id, text]) => [id, String(text)]))
    return read === undefined ? undefined : { ...read, accountNames }
  } catch {
    return undefined
  }
}

/** Undefined for what cannot be used: there is a sign-in for that. */
function readFacts(samlResponse: string | undefined): KeptResponse | undefined {
  if (samlResponse === undefined || samlResponse === '') return undefined
  try {
    return { samlResponse, facts: readAssertion(samlResponse), accountNames: undefined }
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

async function readOld(file: string): Promise<string | undefined> {
  return (await readBounded(file, maxBytes).catch(() => undefined))?.trim()
}
