import type { Me } from '@rolecall/server/api'
import { IconUserQuestion } from '@tabler/icons-react'
import classes from './empty-state.module.css'

/** For a person whom no grant names: what the gateway knows of them, and whom to ask. */
export function EmptyState({ me }: { me: Me | undefined }) {
  return (
    <div className={classes.empty} data-testid="empty-state">
      <IconUserQuestion size={36} stroke={1.5} aria-hidden="true" className={classes.icon} />
      <h2 className={classes.heading}>No role is granted to you yet</h2>
      <p className={classes.text}>
        Ask the people who run this gateway to grant you one, or to add you to a group that has
        some. Sign in again afterwards: groups are read at sign-in.
      </p>
      {me !== undefined && (
        <dl className={classes.facts}>
          <dt>You are</dt>
          <dd>
            <span>
              <code>{me.username}</code>, signed in by <code>{me.source}</code>
            </span>
          </dd>
          <dt>Your groups</dt>
          <dd>
            {me.groups.length === 0
              ? 'none: your sign-in named no group'
              : me.groups.map(group => (
                  <code key={group} className={classes.group}>
                    {group}
                  </code>
                ))}
          </dd>
        </dl>
      )}
    </div>
  )
}
