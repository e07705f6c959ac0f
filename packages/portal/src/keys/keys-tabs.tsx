import { Tabs } from '@mantine/core'
import type { CredentialsView } from '@rolecall/server/api'
import { useEffect, useRef, useState } from 'react'
import { firstForm, rememberForm } from './form-choice.ts'
import classes from './keys.module.css'
import { KeysText } from './keys-text.tsx'
import { type KeyForm, keyForms } from './snippets.ts'

const labels: Record<KeyForm, string> = {
  bash: 'bash · zsh',
  fish: 'fish',
  powershell: 'PowerShell',
  json: 'JSON',
  credentials: '~/.aws/credentials',
}

interface KeysTabsProps {
  readonly keys: CredentialsView
  readonly accountAlias: string
  readonly roleName: string
}

/** The keys in each form; the form chosen last comes first the next time. */
export function KeysTabs({ keys, ...role }: KeysTabsProps) {
  const [form, setForm] = useState<KeyForm>(firstForm)
  const [revealed, setRevealed] = useState(false)
  const tabs = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The keys came while the focus waited elsewhere in the dialog: Enter copies them.
    tabs.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
  }, [])
  return (
    <Tabs
      ref={tabs}
      variant="pills"
      value={form}
      keepMounted={false}
      onChange={value => {
        const chosen = keyForms.find(known => known === value)
        if (chosen === undefined) return
        setForm(chosen)
        rememberForm(chosen)
      }}
    >
      <Tabs.List aria-label="Form of the keys" className={classes.tabs}>
        {keyForms.map(name => (
          <Tabs.Tab
            key={name}
            value={name}
            className={classes.tab ?? ''}
            data-testid={`keys-tab-${name}`}
          >
            {labels[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {keyForms.map(name => (
        <Tabs.Panel key={name} value={name}>
          <KeysText
            form={name}
            keys={keys}
            role={role}
            revealed={revealed}
            onReveal={() => setRevealed(!revealed)}
          />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
