import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ApiError } from '../api/api-error.ts'
import classes from './problem.module.css'

/** What went wrong, what to do about it, and the event id to quote when asking for help. */
export function Problem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { hint, eventId } = error instanceof ApiError ? error : {}
  return (
    <div role="alert" className={classes.problem} data-testid="problem">
      <IconAlertTriangle size={20} aria-hidden="true" className={classes.icon} />
      <div className={classes.text}>
        <p className={classes.message}>{error.message}</p>
        {hint !== undefined && <p>{hint}</p>}
        {eventId !== undefined && (
          <p className={classes.event}>
            Event <code data-testid="event-id">{eventId}</code>
          </p>
        )}
        {onRetry !== undefined && (
          <Button variant="default" size="xs" mt="sm" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  )
}
