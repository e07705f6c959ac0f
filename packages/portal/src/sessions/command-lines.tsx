import { Button } from '@mantine/core'
import type { CommandLineView } from '@rolecall/server/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { sessionsQuery, signOutCommandLine } from '../api/queries.ts'
import { countdown } from '../keys/countdown.ts'
import { Problem } from '../shell/problem.tsx'
import { useNow } from '../shell/use-now.ts'
import classes from './sessions-drawer.module.css'

/** Where the `rolecall` command is signed in as this person; nothing when it is nowhere. */
export function CommandLines({ lines }: { lines: readonly CommandLineView[] }) {
  if (lines.length === 0) return null
  return (
    <section data-testid="command-lines">
      <h3 className={classes.heading}>Command lines</h3>
      <p className={classes.text}>
        Where the rolecall command is signed in as you. Sign out what you do not know.
      </p>
      <ul className={classes.list}>
        {lines.map(line => (
          <CommandLine key={line.id} line={line} />
        ))}
      </ul>
    </section>
  )
}

function CommandLine({ line }: { line: CommandLineView }) {
  const queries = useQueryClient()
  const signOut = useMutation({
    mutationFn: () => signOutCommandLine(line.id),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
  const left = countdown(line.expiresAt, useNow(30_000))
  const name = line.hostName ?? line.address
  return (
    <li className={classes.session}>
      <div className={classes.row}>
        <p>
          <strong>{name}</strong>
        </p>
        <Button
          variant="default"
          size="xs"
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
          aria-label={`Sign out ${name}`}
        >
          Sign out
        </Button>
      </div>
      <p className={classes.text}>
        from {line.address}, since {new Date(line.signedInAt).toLocaleString()} ·{' '}
        {left.state === 'expired' ? 'ended' : `ends in ${left.text}`}
      </p>
      {signOut.isError && <Problem error={signOut.error} onRetry={() => signOut.mutate()} />}
    </li>
  )
}
