import { Button, Popover, UnstyledButton } from '@mantine/core'
import type { Me } from '@rolecall/server/api'
import { IconChevronDown, IconClockHour4, IconLogout } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { signOut } from '../api/queries.ts'
import { countdown } from '../keys/countdown.ts'
import { useNow } from './use-now.ts'
import classes from './user-menu.module.css'

const SessionsDrawer = lazy(() =>
  import('../sessions/sessions-drawer.tsx').then(module => ({ default: module.SessionsDrawer })),
)

/** Who is signed in, how the gateway knows, until when, and the way out. */
export function UserMenu({ me }: { me: Me }) {
  const leave = useMutation({
    mutationFn: signOut,
    // Leave the page whatever the answer: what it shows belongs to the session that ends.
    // With a location it goes on at the identity provider.
    onSettled: left => window.location.assign(left?.location ?? '/signin'),
  })
  const [menu, setMenu] = useState(false)
  const [sessions, setSessions] = useState(false)
  return (
    <>
      <Popover
        position="bottom-end"
        width={304}
        shadow="md"
        trapFocus
        returnFocus
        opened={menu}
        onChange={setMenu}
      >
        <Popover.Target>
          <UnstyledButton
            className={classes.target}
            data-testid="user-menu"
            onClick={() => setMenu(!menu)}
          >
            <span className={classes.avatar} aria-hidden="true">
              {initials(me.displayName)}
            </span>
            <span className={classes.name}>{me.displayName}</span>
            <IconChevronDown size={14} aria-hidden="true" className={classes.chevron} />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown className={classes.dropdown ?? ''} aria-label="Account">
          <Identity me={me} />
          <Button
            variant="default"
            fullWidth
            mb="xs"
            leftSection={<IconClockHour4 size={16} />}
            data-testid="sessions"
            onClick={() => {
              setMenu(false)
              setSessions(true)
            }}
          >
            Your sessions
          </Button>
          <Button
            variant="default"
            fullWidth
            leftSection={<IconLogout size={16} />}
            loading={leave.isPending}
            data-testid="sign-out"
            onClick={() => leave.mutate()}
          >
            Sign out
          </Button>
        </Popover.Dropdown>
      </Popover>
      <Suspense>{sessions && <SessionsDrawer onClose={() => setSessions(false)} />}</Suspense>
    </>
  )
}

function Identity({ me }: { me: Me }) {
  return (
    <div className={classes.identity}>
      <p className={classes.who}>{me.displayName}</p>
      <p className={classes.detail}>{me.email ?? me.username}</p>
      <dl className={classes.facts}>
        <dt>Signed in by</dt>
        <dd>{me.source}</dd>
        <dt>Session ends</dt>
        <dd>{me.expiresAt === undefined ? 'with the proxy’s' : <End at={me.expiresAt} />}</dd>
        <dt>Groups</dt>
        <dd>
          {me.groups.length === 0 ? (
            'none'
          ) : (
            <ul className={classes.groups}>
              {me.groups.map(group => (
                <li key={group}>{group}</li>
              ))}
            </ul>
          )}
        </dd>
      </dl>
    </div>
  )
}

function End({ at }: { at: string }) {
  const left = countdown(at, useNow(30_000))
  return (
    <>
      {clock(at)} ({left.state === 'expired' ? left.text : `in ${left.text}`})
    </>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const first = [...(words[0] ?? '?')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}

function clock(time: string): string {
  return new Date(time).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
}
