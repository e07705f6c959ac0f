import { Drawer, Skeleton } from '@mantine/core'
import type { SessionsView } from '@rolecall/server/api'
import { useQuery } from '@tanstack/react-query'
import { sessionsQuery } from '../api/queries.ts'
import { countdown } from '../keys/countdown.ts'
import { Problem } from '../shell/problem.tsx'
import { useNow } from '../shell/use-now.ts'
import { CommandLines } from './command-lines.tsx'
import classes from './sessions-drawer.module.css'

/** The role sessions of this person that are valid now, without their keys, and their command lines. */
export function SessionsDrawer({ onClose }: { onClose: () => void }) {
  const found = useQuery(sessionsQuery)
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="32rem">
      <Drawer.Overlay />
      <Drawer.Content data-testid="sessions-dialog">
        <Drawer.Header>
          <Drawer.Title className={classes.title}>Your sessions</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </Drawer.Header>
        <Drawer.Body>
          <h3 className={classes.heading}>Role sessions</h3>
          <p className={classes.text}>
            What you have taken here and still works in AWS. A session ends by itself; signing out
            here does not end it.
          </p>
          {found.isPending && (
            <div role="status" aria-label="Loading your sessions">
              <Skeleton height={64} />
            </div>
          )}
          {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
          {found.data?.sessions.length === 0 && <p className={classes.text}>There is none now.</p>}
          <ul className={classes.list}>
            {found.data?.sessions.map(session => (
              <Session key={session.accessKeyId} session={session} />
            ))}
          </ul>
          {found.data !== undefined && <CommandLines lines={found.data.commandLines} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

function Session({ session }: { session: SessionsView['sessions'][number] }) {
  const left = countdown(session.expiration, useNow(30_000))
  return (
    <li className={classes.session}>
      <p>
        <strong>{session.role}</strong> in {session.account}
      </p>
      <p className={classes.text}>
        {left.state === 'expired' ? 'ended' : `ends in ${left.text}`} ·{' '}
        <span className="mono">{session.accessKeyId}</span>
      </p>
    </li>
  )
}
