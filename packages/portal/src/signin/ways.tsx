import { Button } from '@mantine/core'
import type { SignInOptions, SignInWay } from '@rolecall/server/api'
import { IconArrowLeft } from '@tabler/icons-react'
import { useState } from 'react'
import { EmailForm } from './email-form.tsx'
import { providerHref } from './next.ts'
import { PasswordForm } from './password-form.tsx'
import classes from './signin-page.module.css'
import { WayButton } from './way-button.tsx'

/** What the page offers: an e-mail field if that tells the way, a button for each way, one form. */
export function Ways({ options, next }: { options: SignInOptions; next: string }) {
  const { ways, asksEmail } = options
  const [chosen, setChosen] = useState<string>()
  const form = ways.find(way => way.kind === 'password' && way.id === chosen)
  if (ways.length === 0) {
    return (
      <p className={classes.text}>
        No way to sign in is configured. Ask the people who run this gateway.
      </p>
    )
  }
  if (form !== undefined) {
    return <ChosenForm way={form} next={next} onBack={() => setChosen(undefined)} />
  }
  function choose(way: SignInWay) {
    if (way.kind === 'password') setChosen(way.id)
    else window.location.assign(providerHref(way.href, next))
  }
  const passwords = ways.filter(way => way.kind === 'password')
  // One form stands here by itself; several, or one beside the e-mail field, would confuse.
  const open = asksEmail || passwords.length > 1 ? undefined : passwords[0]
  const buttons = ways.filter(way => way !== open)
  return (
    <>
      {asksEmail && <EmailForm next={next} onWay={choose} />}
      {asksEmail && <p className={classes.or}>or choose</p>}
      {buttons.map((way, index) => (
        <WayButton
          key={way.id}
          way={way}
          next={next}
          isFirst={index === 0 && !asksEmail}
          focus={index === 0 && !asksEmail && open === undefined}
          onChoose={choose}
        />
      ))}
      {buttons.length > 0 && open !== undefined && <p className={classes.or}>or with a password</p>}
      {open !== undefined && (
        <PasswordForm source={open.id} next={next} alone={buttons.length === 0} />
      )}
    </>
  )
}

function ChosenForm({ way, next, onBack }: { way: SignInWay; next: string; onBack: () => void }) {
  return (
    <>
      <h2 className={classes.chosen}>Sign in with {way.title}</h2>
      <PasswordForm source={way.id} next={next} alone />
      <Button
        variant="subtle"
        leftSection={<IconArrowLeft size={16} />}
        onClick={onBack}
        data-testid="signin-back"
      >
        Other ways to sign in
      </Button>
    </>
  )
}
