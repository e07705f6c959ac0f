import type { AccountView, RoleView } from '@rolecall/server/api'
import {
  IconAlertTriangle,
  IconExternalLink,
  IconKey,
  IconStar,
  IconStarFilled,
} from '@tabler/icons-react'
import { memo } from 'react'
import { durationText } from '../keys/countdown.ts'
import { Highlight } from './highlight.tsx'
import type { Range } from './match.ts'
import type { RoleActions } from './role-actions.ts'
import { roleHints } from './role-hints.ts'
import classes from './role-row.module.css'

interface RoleRowProps extends RoleActions {
  readonly account: AccountView
  readonly role: RoleView
  readonly marks: readonly Range[]
  readonly favourite: boolean
  /** Enter in the search opens this one. */
  readonly first: boolean
}

/** One role: its name, how long a session lasts, and the ways to take it. */
export const RoleRow = memo(function RoleRow(props: RoleRowProps) {
  const { account, role, favourite } = props
  const id = `${account.alias}-${role.name}`
  const where = `${role.name} in ${account.name}`
  const hasConsole = role.forms.includes('console')
  return (
    <li className={classes.row} data-testid={`role-${id}`} data-first={props.first || undefined}>
      <button
        type="button"
        className={classes.star}
        aria-pressed={favourite}
        aria-label={`Favourite: ${where}`}
        title={favourite ? 'No longer a favourite' : 'Keep as a favourite'}
        data-action="favourite"
        data-testid={`favourite-${id}`}
        onClick={() => props.onFavourite(account, role)}
      >
        {favourite ? <IconStarFilled size={16} /> : <IconStar size={16} />}
      </button>
      <div className={classes.main}>
        <h3 className={classes.name}>
          <Highlight text={role.name} ranges={props.marks} />
        </h3>
        <p className={classes.meta} title={role.reason}>
          {durationText(role.durationSeconds)}
          {roleHints(role).map(hint => (
            <span key={hint}> · {hint}</span>
          ))}
          <span className={classes.reason}> · {role.reason}</span>
        </p>
        {role.note !== undefined && (
          <p className={classes.note}>
            <IconAlertTriangle size={14} aria-hidden="true" />
            {role.note}
          </p>
        )}
      </div>
      <div className={classes.actions}>
        {props.first && (
          <span className={classes.enter} aria-hidden="true">
            ↵
          </span>
        )}
        {role.forms.includes('credentials') && (
          <button
            type="button"
            className={classes.keys}
            aria-label={`Keys: ${where}`}
            data-action="keys"
            data-hit={hasConsole ? undefined : true}
            data-testid={`keys-${id}`}
            onClick={() => props.onKeys(account, role)}
          >
            <IconKey size={15} aria-hidden="true" />
            Keys
          </button>
        )}
        {hasConsole && (
          <a
            className={classes.console}
            href={role.consoleHref}
            target="_blank"
            rel="noopener"
            aria-label={`Console: ${where} (new tab)`}
            data-hit
            data-testid={`console-${id}`}
            onClick={() => props.onConsole(account, role)}
            onAuxClick={() => props.onConsole(account, role)}
          >
            Console
            <IconExternalLink size={15} aria-hidden="true" />
          </a>
        )}
      </div>
    </li>
  )
})
