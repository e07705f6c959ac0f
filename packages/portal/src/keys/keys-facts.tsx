import type { CredentialsView } from '@rolecall/server/api'
import { CopyText } from '../shell/copy-text.tsx'
import classes from './keys.module.css'

/** What the session is: the names under which AWS and its logs know it. */
export function KeysFacts({ keys, reason }: { keys: CredentialsView; reason: string }) {
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    ['Role ARN', keys.roleArn],
    ['Session ARN', keys.assumedRoleArn],
    ['Session name', keys.sessionName],
    ['Source identity', keys.sourceIdentity],
    ['Access key id', keys.accessKeyId],
    ['Region', keys.region],
    ['Endpoint', keys.endpointUrl],
  ]
  return (
    <section aria-labelledby="session-facts">
      <h3 id="session-facts" className={classes.heading}>
        Session
      </h3>
      <dl className={classes.facts}>
        {facts.map(([label, value]) =>
          value === undefined ? null : (
            <div key={label} className={classes.fact}>
              <dt>{label}</dt>
              <dd>
                <CopyText text={value} what={label} />
              </dd>
            </div>
          ),
        )}
        <div className={classes.fact}>
          <dt>Granted to you by</dt>
          <dd className={classes.reason}>{reason}</dd>
        </div>
      </dl>
    </section>
  )
}
