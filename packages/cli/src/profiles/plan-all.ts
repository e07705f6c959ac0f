import { replaceBlock } from '../files/managed-block.ts'
import { type ProfilePlan, type ProfileWish, planProfiles } from './plan-profiles.ts'
import { connectionsWithBlock, marksOf, readBlock } from './profile-block.ts'

/** What becomes of the file. */
export interface SyncPlan {
  readonly text: string
  readonly plans: readonly ProfilePlan[]
}

/** Plans one connection after the other. Blocks of connections that are no more are removed. */
export function planAll(
  text: string,
  file: string,
  wishes: readonly ProfileWish[],
  isGone: (connection: string) => boolean,
): SyncPlan {
  const plans: ProfilePlan[] = []
  let now = text
  for (const connection of connectionsWithBlock(text).filter(isGone)) {
    const removed = readBlock(now, connection, file)?.profiles.map(({ profile }) => profile) ?? []
    now = replaceBlock(now, marksOf(connection), [], file)
    plans.push({ connection, text: now, profiles: [], removed, skipped: [], notes: [] })
  }
  for (const wish of wishes) {
    const plan = planProfiles(now, file, wish)
    now = plan.text
    plans.push(plan)
  }
  return Object.freeze({ text: now, plans })
}
