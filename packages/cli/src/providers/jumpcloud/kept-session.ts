import type { Connection } from '../../connections/connection.ts'
import { jsonObject, textMember } from '../../web/index.ts'
import type { SignInParts } from '../provider.ts'
import { keepText } from '../shared/keep-text.ts'
import type { JumpCloudHosts } from './hosts.ts'
import type { Step } from './step.ts'

/** The session at JumpCloud outlives the command: the next one needs no factor. */
const name = 'session'

/** What goes on from one command to the next: a secret. */
export interface KeptSession {
  readonly cookies: string
  readonly token: string | undefined
}

/** The session of the last sign-in here; undefined when sessions are off or it was somebody else's. */
export async function keptSession(
  connection: Connection,
  parts: SignInParts,
  hosts: JumpCloudHosts,
): Promise<KeptSession | undefined> {
  if (connection.disableSessions) return undefined
  const kept = jsonObject((await parts.remembered.get(name)) ?? '')
  if (kept === undefined || kept.console !== hosts.console) return undefined
  const { username } = connection
  const isSame = username === undefined || isSamePerson(username, [kept.username])
  const cookies = textMember(kept, 'cookies', 256 * 1024)
  if (!isSame || cookies === undefined) return undefined
  return { cookies, token: textMember(kept, 'token', 1024) }
}

export async function keepSession(step: Step, username: string): Promise<void> {
  if (step.connection.disableSessions) return
  const [cookies, token] = [step.session.cookies.serialize(), step.console.token()]
  const kept = { username, console: step.hosts.console, cookies, token }
  await keepText(step.parts, name, JSON.stringify(kept))
}

export async function forgetSession({ remembered }: SignInParts): Promise<void> {
  await remembered.delete(name)
}

/** Whose session it is when it lives; undefined when it is over or somebody else's. */
export async function livingUser({ console, connection }: Step): Promise<string | undefined> {
  const answer = await console.get('/api/self')
  if (answer.status !== 200 || answer.json === undefined) return undefined
  const email = textMember(answer.json, 'email', 512)
  const { username } = connection
  if (email === undefined) return undefined
  const names = [email, textMember(answer.json, 'username', 512)]
  return username === undefined || isSamePerson(username, names) ? email : undefined
}

function isSamePerson(username: string, names: readonly unknown[]): boolean {
  return names.some(
    each => typeof each === 'string' && each.toLowerCase() === username.toLowerCase(),
  )
}
