/** `--role` and `--connection` of the verbs that serve credentials. */
import type { CredentialSource } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** Whose role is served. */
export interface PersonsRoleFlags {
  readonly role?: string | undefined
  readonly connection?: string | undefined
  readonly profile?: string | undefined
  readonly upstream?: string | undefined
}

/** Throws {@link Failure} `usage` where a person's role is asked for, and a profile or a proxy too. */
export function checkOneSource({ role, connection, profile, upstream }: PersonsRoleFlags): void {
  const person = role !== undefined ? '--role' : connection && '--connection'
  const other = profile !== undefined ? '--profile' : upstream && '--upstream'
  if (!person || !other) return
  throw new Failure(
    'usage',
    `${person} and ${other} exclude each other`,
    'the credentials come from the one or from the other',
  )
}

/**
 * The role of a person's connection; undefined when none is asked for. The first keys are taken at the start,
 * while the person looks.
 */
export async function personsRole(
  { role: named, connection }: PersonsRoleFlags,
  terminal: Terminal,
): Promise<CredentialSource | undefined> {
  if (named === undefined && connection === undefined) return undefined
  const [{ openCommand }, { takeRole }, { personSource, servedLeftMs }] = await Promise.all([
    import('./open-command.ts'),
    import('./take-keys.ts'),
    import('./person-source.ts'),
  ])
  const opened = await openCommand({ connection }, terminal)
  const { role } = await takeRole({ role: named, leftMs: servedLeftMs }, opened)
  return personSource(role, opened)
}
