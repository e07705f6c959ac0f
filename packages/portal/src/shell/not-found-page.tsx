import { Button } from '@mantine/core'
import classes from './not-found-page.module.css'
import { Shell } from './shell.tsx'

/** For an address that is none of ours. */
export function NotFoundPage() {
  return (
    <Shell>
      <div className={classes.page} data-testid="not-found">
        <p className={classes.code}>404</p>
        <h1 className={classes.heading}>Nothing lives at this address</h1>
        <p className={classes.text}>
          The link may be old or mistyped. Your roles are one step away.
        </p>
        <Button component="a" href="/" mt="lg">
          Show my roles
        </Button>
      </div>
    </Shell>
  )
}
