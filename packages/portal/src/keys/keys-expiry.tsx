import { Button } from '@mantine/core'
import { IconHourglass } from '@tabler/icons-react'
import { Spoken } from '../shell/spoken.tsx'
import { useNow } from '../shell/use-now.ts'
import { countdown } from './countdown.ts'
import classes from './keys.module.css'

/** How long the keys are still good, by the second; afterwards, the way to new ones. */
export function KeysExpiry({ expiration, onRenew }: { expiration: string; onRenew: () => void }) {
  const left = countdown(expiration, useNow(1000))
  const at = new Date(expiration)
  return (
    <div className={classes.expiry} data-state={left.state}>
      <IconHourglass size={18} aria-hidden="true" />
      <p>
        {left.state === 'expired' ? 'These keys have ' : 'These keys end in '}
        <strong role="timer" data-testid="keys-expiry">
          {left.text}
        </strong>
        <span className={classes.at}>
          {' '}
          (
          <time dateTime={expiration}>
            {at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}
          </time>
          )
        </span>
      </p>
      <Button
        size="xs"
        variant={left.state === 'expired' ? 'filled' : 'default'}
        onClick={onRenew}
        data-testid="keys-renew"
      >
        Get new keys
      </Button>
      <Spoken>{left.state === 'expired' ? 'The keys have expired.' : ''}</Spoken>
    </div>
  )
}
