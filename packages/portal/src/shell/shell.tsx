import { ActionIcon } from '@mantine/core'
import { IconHelp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { meQuery } from '../api/queries.ts'
import { ColourSchemeButton } from './colour-scheme-button.tsx'
import { Logo } from './logo.tsx'
import classes from './shell.module.css'

const UserMenu = lazy(() =>
  import('./user-menu.tsx').then(module => ({ default: module.UserMenu })),
)

/** The header and the frame of the pages for people who are signed in. */
export function Shell({ onHelp, children }: { onHelp?: () => void; children: ReactNode }) {
  const me = useQuery(meQuery)
  const title = me.data?.title ?? 'Rolecall'
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <>
      <header className={classes.header}>
        <div className={classes.bar}>
          <a href="/" className={classes.brand}>
            <Logo size={26} />
            <span className={classes.title}>{title}</span>
          </a>
          <div className={classes.tools}>
            {onHelp !== undefined && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                className={classes.help ?? ''}
                aria-label="Keyboard help"
                title="Keyboard help (?)"
                onClick={onHelp}
              >
                <IconHelp size={18} />
              </ActionIcon>
            )}
            <ColourSchemeButton />
            <Suspense>{me.data !== undefined && <UserMenu me={me.data} />}</Suspense>
          </div>
        </div>
      </header>
      <main className={classes.main}>{children}</main>
    </>
  )
}
