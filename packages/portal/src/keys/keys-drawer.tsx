import { Drawer, Skeleton } from '@mantine/core'
import type { AccountView, RoleView } from '@rolecall/server/api'
import { useQuery } from '@tanstack/react-query'
import { credentialsQuery } from '../api/queries.ts'
import { Problem } from '../shell/problem.tsx'
import classes from './keys.module.css'
import { KeysExpiry } from './keys-expiry.tsx'
import { KeysFacts } from './keys-facts.tsx'
import { KeysTabs } from './keys-tabs.tsx'

interface KeysDrawerProps {
  readonly account: AccountView
  readonly role: RoleView
  readonly onClose: () => void
}

/** Takes the role when it opens, and shows the keys in the form that the person needs. */
export function KeysDrawer({ account, role, onClose }: KeysDrawerProps) {
  const keys = useQuery(credentialsQuery(account.alias, role.name))
  const renew = () => void keys.refetch()
  return (
    <Drawer.Root
      opened
      onClose={onClose}
      position="right"
      size="40rem"
      classNames={{ content: classes.content ?? '' }}
    >
      <Drawer.Overlay />
      <Drawer.Content data-testid="keys-dialog">
        <div className={classes.header}>
          <Drawer.Title className={classes.title}>
            <span className={classes.role}>{role.name}</span>
            <span className={classes.account}>
              {account.name} · <span className="mono">{account.id}</span>
            </span>
          </Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </div>
        <Drawer.Body>
          {keys.isFetching && (
            <div role="status" aria-label="Getting keys" className={classes.loading}>
              <Skeleton height={48} />
              <Skeleton height={220} />
              <Skeleton height={140} />
            </div>
          )}
          {!keys.isFetching && keys.isError && <Problem error={keys.error} onRetry={renew} />}
          {!keys.isFetching && keys.data !== undefined && !keys.isError && (
            <>
              <KeysExpiry expiration={keys.data.expiration} onRenew={renew} />
              {keys.data.notes.length > 0 && (
                <ul className={classes.notes}>
                  {keys.data.notes.map(note => (
                    <li key={note}>{note}</li>
                  ))}
                </ul>
              )}
              <KeysTabs keys={keys.data} accountAlias={account.alias} roleName={role.name} />
              <KeysFacts keys={keys.data} reason={role.reason} />
            </>
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}
