/** What `profiles sync` says. */
import { readIniText } from '../files/edit-ini-file.ts'
import { iniLines } from '../files/ini-lines.ts'
import { roleLabel } from '../roles/role-label.ts'
import { painter, printable, type Style, type Terminal } from '../terminal.ts'
import { count } from '../verbs/count.ts'
import { warn } from '../verbs/warn.ts'
import type { SyncPlan } from './plan-all.ts'

/** One line a change on standard output; what else is to be known on standard error. */
export async function printSync(
  { plans }: SyncPlan,
  place: { readonly file: string; readonly credentialsFile: string; readonly isWritten: boolean },
  terminal: Terminal,
): Promise<void> {
  const profiles = plans.flatMap(plan => plan.profiles)
  const changes = [
    ...profiles.map(({ state, profile, role }) => ({ state, profile, role: roleLabel(role) })),
    ...plans.flatMap(({ removed }) =>
      removed.map(profile => ({ state: 'removed' as const, profile, role: '' })),
    ),
  ].filter(({ state }) => state !== 'same')
  const width = Math.max(0, ...changes.map(({ profile }) => profile.length))
  const paint = painter(terminal.out, terminal.env)
  for (const { state, profile, role } of changes) {
    const line = `${printable(profile).padEnd(width)}  ${printable(role)}`.trimEnd()
    terminal.out.write(`${paint(styles[state], state.padEnd(7))}  ${line}\n`)
  }
  await tell(plans, profiles, place, terminal)
  const of = `${count(profiles.length, 'profile')} in ${place.file}`
  const said =
    changes.length === 0
      ? `${of}, in step`
      : `${of}, ${changes.length} changed${place.isWritten ? '' : ' (not written)'}`
  terminal.err.write(`${printable(said)}\n`)
}

const styles: Readonly<Record<'new' | 'changed' | 'removed' | 'same', Style>> = {
  ...{ new: 'green', changed: 'yellow', removed: 'red', same: 'dim' },
}

/** The same as one JSON value. */
export function printSyncJson(
  { plans, text }: SyncPlan,
  file: string,
  before: string,
  terminal: Terminal,
): void {
  const value = {
    file,
    inStep: text === before,
    profiles: plans.flatMap(({ connection, profiles }) =>
      profiles.map(({ profile, role, state }) => ({
        ...{ profile, connection, state, roleArn: role.roleArn },
        ...{ accountId: role.accountId, accountName: role.accountName, roleName: role.roleName },
      })),
    ),
    removed: plans.flatMap(({ connection, removed }) =>
      removed.map(profile => ({ profile, connection })),
    ),
    skipped: plans.flatMap(({ connection, skipped }) =>
      skipped.map(({ role, why }) => ({ roleArn: role.roleArn, connection, why })),
    ),
    notes: plans.flatMap(({ notes }) => notes),
  }
  terminal.out.write(`${JSON.stringify(value)}\n`)
}

async function tell(
  plans: SyncPlan['plans'],
  profiles: readonly { readonly profile: string }[],
  { credentialsFile }: { readonly credentialsFile: string },
  terminal: Terminal,
): Promise<void> {
  for (const { notes, skipped, connection } of plans) {
    for (const note of notes) warn(terminal, `${connection}: ${note}`)
    for (const { role, why } of skipped) {
      warn(terminal, `${connection}: no profile for ${roleLabel(role)}: ${why}; see --format`)
    }
  }
  const keys = await profilesWithKeys(credentialsFile)
  for (const { profile } of profiles.filter(one => keys.has(one.profile))) {
    warn(
      terminal,
      `${credentialsFile} has keys of profile ${profile}, which AWS's tools take first: remove them there`,
    )
  }
}

/** A file that cannot be read holds none that the tools could take. */
async function profilesWithKeys(file: string): Promise<ReadonlySet<string>> {
  const text = await readIniText(file).catch(() => '')
  const found = iniLines(text).filter(({ key }) => key === 'aws_access_key_id')
  return new Set(found.map(({ section }) => section ?? ''))
}
