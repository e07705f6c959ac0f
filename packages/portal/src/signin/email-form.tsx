import { Button, TextInput } from '@mantine/core'
import type { SignInWay } from '@rolecall/server/api'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { findWay } from '../api/queries.ts'
import { Problem } from '../shell/problem.tsx'
import classes from './signin-page.module.css'

/** Asks for an e-mail address, whose domain tells the way to sign in. */
export function EmailForm({ next, onWay }: { next: string; onWay: (way: SignInWay) => void }) {
  const [email, setEmail] = useState('')
  const [wrong, setWrong] = useState(false)
  const find = useMutation({ mutationFn: findWay, onSuccess: onWay })

  function submit(event: FormEvent) {
    event.preventDefault()
    const isAddress = /^[^@\s]+@[^@\s]+$/.test(email.trim())
    setWrong(!isAddress)
    if (isAddress) find.mutate({ email: email.trim(), ...(next === '/' ? {} : { next }) })
  }

  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      {find.isError && <Problem error={find.error} />}
      <TextInput
        label="E-mail address"
        type="email"
        name="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        autoFocus
        value={email}
        error={wrong ? 'Enter your whole e-mail address.' : undefined}
        onChange={event => setEmail(event.currentTarget.value)}
        data-testid="signin-email"
      />
      <Button
        type="submit"
        size="md"
        fullWidth
        loading={find.isPending || (find.isSuccess && find.data.kind === 'redirect')}
        data-testid="signin-email-submit"
      >
        Continue
      </Button>
    </form>
  )
}
