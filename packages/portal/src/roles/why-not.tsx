import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { explainQuery } from '../api/queries.ts'
import { Problem } from '../shell/problem.tsx'
import classes from './why-not.module.css'

const rolePattern = /^[^/\s]{1,64}\/[^/\s]{1,128}$/

/** For a search that finds nothing: why a role that one knows of is not in the list. */
export function WhyNot({ query }: { query: string }) {
  const role = query.trim()
  const [asked, setAsked] = useState<string>()
  const why = useQuery({ ...explainQuery(asked ?? ''), enabled: asked !== undefined })
  const isAnswered = asked === role
  return (
    <div className={classes.why}>
      <p>No role or account matches “{role}”.</p>
      {!rolePattern.test(role) && (
        <p className={classes.hint}>
          Is one missing? Type it as <code>account/role</code> to ask why.
        </p>
      )}
      {rolePattern.test(role) && !isAnswered && (
        <Button variant="default" data-testid="why" onClick={() => setAsked(role)}>
          Why can I not take {role}?
        </Button>
      )}
      {isAnswered && why.isError && (
        <Problem error={why.error} onRetry={() => void why.refetch()} />
      )}
      {isAnswered && why.data !== undefined && (
        <ul className={classes.lines} data-testid="why-lines">
          {why.data.lines.length === 0 && <li>No grant is for this role.</li>}
          {why.data.lines.map(line => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
