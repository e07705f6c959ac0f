import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { signInWithPassword } from '../api/queries.ts'
import { Problem } from '../shell/problem.tsx'
import { safeNext } from './next.ts'
import classes from './signin-page.module.css'

/** Sign-in with a user name and password that a source of people checks; `alone`: it is what the page is for. */
export function PasswordForm({
  source,
  next,
  alone,
}: {
  source: string
  next: string
  alone: boolean
}) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const passwordInput = useRef<HTMLInputElement>(null)
  const [missing, setMissing] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const signIn = useMutation({
    mutationFn: signInWithPassword,
    // A whole navigation: the way back may be a page of the gateway that is not of this bundle.
    onSuccess: answer => window.location.assign(safeNext(answer?.location)),
    onError: () => {
      setPassword('')
      passwordInput.current?.focus()
    },
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    const complete = username.trim() !== '' && password !== ''
    setMissing(!complete)
    if (complete) signIn.mutate({ source, username: username.trim(), password, next })
  }
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))

  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      {signIn.isError && <Problem error={signIn.error} />}
      <TextInput
        label="User name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={256}
        autoFocus={alone}
        value={username}
        error={missing && username.trim() === '' ? 'Enter your user name.' : undefined}
        onChange={event => setUsername(event.currentTarget.value)}
        data-testid="signin-username"
      />
      <PasswordInput
        ref={passwordInput}
        label="Password"
        name="password"
        autoComplete="current-password"
        maxLength={1024}
        value={password}
        description={capsLock ? 'Caps Lock is on.' : undefined}
        error={missing && password === '' ? 'Enter your password.' : undefined}
        onChange={event => setPassword(event.currentTarget.value)}
        onKeyUp={watchCapsLock}
        onKeyDown={watchCapsLock}
        onBlur={() => setCapsLock(false)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
        data-testid="signin-password"
      />
      <Button
        type="submit"
        size="md"
        fullWidth
        variant={alone ? 'filled' : 'default'}
        loading={signIn.isPending || signIn.isSuccess}
        data-testid="signin-submit"
      >
        Sign in
      </Button>
    </form>
  )
}
