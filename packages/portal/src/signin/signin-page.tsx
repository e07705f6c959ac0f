import { Button, Skeleton } from '@mantine/core'
import type { SignInOptions } from '@rolecall/server/api'
import { IconArrowRight } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { meQuery, rolesQuery, signInQuery } from '../api/queries.ts'
import { ColourSchemeButton } from '../shell/colour-scheme-button.tsx'
import { Logo } from '../shell/logo.tsx'
import { Problem } from '../shell/problem.tsx'
import { providerHref } from './next.ts'
import { PasswordForm } from './password-form.tsx'
import classes from './signin-page.module.css'

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

function Ways({ options, next }: { options: SignInOptions; next: string }) {
  const { providers, password } = options
  if (providers.length === 0 && !password) {
    return (
      <p className={classes.text}>
        No way to sign in is configured. Ask the people who run this gateway.
      </p>
    )
  }
  return (
    <>
      {providers.map((provider, index) => (
        <Button
          key={provider.id}
          component="a"
          href={providerHref(provider.href, next)}
          fullWidth
          className={classes.provider ?? ''}
          classNames={{ label: classes.providerLabel ?? '' }}
          variant={index === 0 ? 'filled' : 'default'}
          rightSection={<IconArrowRight size={18} />}
          justify="space-between"
          data-testid={`signin-provider-${provider.id}`}
          autoFocus={index === 0 && !password}
        >
          Continue with {provider.title}
        </Button>
      ))}
      {providers.length > 0 && password && <p className={classes.or}>or with a password</p>}
      {password && <PasswordForm next={next} alone={providers.length === 0} />}
    </>
  )
}
