import { memo } from 'react'
import { CopyText } from '../shell/copy-text.tsx'
import classes from './account-section.module.css'
import { Highlight } from './highlight.tsx'
import { accountHue } from './hue.ts'
import type { RoleActions } from './role-actions.ts'
import { RoleRow } from './role-row.tsx'
import type { AccountHits } from './search.ts'
import { roleKey } from './shelf.ts'

interface AccountSectionProps extends RoleActions {
  readonly hits: AccountHits
  readonly favourites: ReadonlySet<string>
  readonly first: boolean
}

/** An account and the roles in it. */
export const AccountSection = memo(function AccountSection(props: AccountSectionProps) {
  const { hits, favourites, first, ...actions } = props
  const { account, marks } = hits
  const heading = `account-${account.id}`
  return (
    <section
      className={classes.account}
      aria-labelledby={heading}
      data-hue={accountHue(account)}
      data-testid={`account-${account.alias}`}
    >
      <header className={classes.header}>
        <h2 id={heading} className={classes.name}>
          <Highlight text={account.name} ranges={marks.name} />
        </h2>
        {account.alias !== account.name && (
          <span className={classes.alias}>
            <Highlight text={account.alias} ranges={marks.alias} />
          </span>
        )}
        <CopyText text={account.id} what={`account id of ${account.name}`}>
          <Highlight text={account.id} ranges={marks.id} />
        </CopyText>
        <ul className={classes.tags} aria-label={`Tags of ${account.name}`}>
          {account.partition !== 'aws' && <li>{account.partition}</li>}
          {shownTags(account.tags).map(([name, value]) => (
            <li key={name}>
              <span className={classes.tagName}>{name}</span> {value}
            </li>
          ))}
        </ul>
      </header>
      <ul>
        {hits.roles.map(({ role, marks: roleMarks }, index) => (
          <RoleRow
            key={`${role.arn} ${role.forms.join()}`}
            account={account}
            role={role}
            marks={roleMarks}
            favourite={favourites.has(roleKey(account.id, role.name))}
            first={first && index === 0}
            {...actions}
          />
        ))}
      </ul>
    </section>
  )
})

const mostTags = 4

/** The colour is seen, not read. */
function shownTags(tags: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(tags)
    .filter(([name]) => name !== 'color' && name !== 'colour')
    .slice(0, mostTags)
}
