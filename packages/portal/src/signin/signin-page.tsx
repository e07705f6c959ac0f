import { Skeleton } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { meQuery, rolesQuery, signInQuery } from '../api/queries.ts'
import { ColourSchemeButton } from '../shell/colour-scheme-button.tsx'
import { Logo } from '../shell/logo.tsx'
import { Problem } from '../shell/problem.tsx'
import classes from './signin-page.module.css'
import { Ways } from './ways.tsx'

/** The ways to sign in that the gateway offers, and the way back to `next` afterwards. */
export function SignInPage({ next }: { next: string }) {
  const options = useQuery(signInQuery)
  const queryClient = useQueryClient()
  const title = options.data?.title ?? 'Rolecall'
  useEffect(() => {
    document.title = `Sign in · ${title}`
  }, [title])
  useEffect(() => {
    // Nobody is signed in here: forget what the last person saw.
    queryClient.removeQueries({ queryKey: meQuery.queryKey })
    queryClient.removeQueries({ queryKey: rolesQuery.queryKey })
  }, [queryClient])
  return (
    <main className={classes.page}>
      <div className={classes.corner}>
        <ColourSchemeButton />
      </div>
      <div className={classes.card}>
        <Logo size={44} />
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.text}>Sign in to see your AWS roles.</p>
        <div className={classes.ways}>
          {options.isPending && <Skeleton height={48} />}
          {options.isError && (
            <Problem error={options.error} onRetry={() => void options.refetch()} />
          )}
          {options.data !== undefined && <Ways options={options.data} next={next} />}
        </div>
      </div>
    </main>
  )
}
