import { Button } from '@mantine/core'
import type { CredentialsView } from '@rolecall/server/api'
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react'
import { Problem } from '../shell/problem.tsx'
import { Spoken } from '../shell/spoken.tsx'
import { useCopy } from '../shell/use-copy.ts'
import classes from './keys.module.css'
import { profileName } from './quote.ts'
import { type KeyForm, maskKeys, type SnippetRole, snippet } from './snippets.ts'

interface KeysTextProps {
  readonly form: KeyForm
  readonly keys: CredentialsView
  readonly role: SnippetRole
  readonly revealed: boolean
  readonly onReveal: () => void
}

/** One form of the keys. The screen may be shared: secrets show only when asked, copies have them. */
export function KeysText({ form, keys, role, revealed, onReveal }: KeysTextProps) {
  const { state, copy } = useCopy()
  const text = write(form, keys, role)
  if (text instanceof Error) return <Problem error={text} />
  const Eye = revealed ? IconEyeOff : IconEye
  return (
    <div className={classes.snippet}>
      <pre className={classes.text} data-testid="keys-text">
        {revealed ? text : snippet(form, maskKeys(keys), role)}
      </pre>
      <div className={classes.buttons}>
        <Button
          leftSection={state === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => copy(text)}
          data-autofocus
          data-testid="keys-copy"
        >
          {{ idle: 'Copy', copied: 'Copied', failed: 'Not copied: select the text' }[state]}
        </Button>
        <Button
          variant="default"
          leftSection={<Eye size={16} />}
          onClick={onReveal}
          data-testid="keys-reveal"
        >
          {revealed ? 'Hide secrets' : 'Show secrets'}
        </Button>
        <Spoken>{state === 'idle' ? '' : state}</Spoken>
      </div>
      <p className={classes.hint}>{hint(form, keys, role)}</p>
    </div>
  )
}

function write(form: KeyForm, keys: CredentialsView, role: SnippetRole): string | Error {
  try {
    return snippet(form, keys, role)
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

function hint(form: KeyForm, keys: CredentialsView, role: SnippetRole): string {
  switch (form) {
    case 'bash':
    case 'fish':
    case 'powershell':
      return 'Paste it into a shell: the AWS command and the SDKs started there use the role.'
    case 'json':
      return keys.endpointUrl === undefined
        ? 'The shape that an SDK expects from a credential_process.'
        : `The shape that an SDK expects from a credential_process. The form has no place for the endpoint: set endpoint_url = ${keys.endpointUrl} in the profile.`
    case 'credentials':
      return `Add it to ~/.aws/credentials, then use it with --profile ${profileName(role.accountAlias, role.roleName)}.`
  }
}
