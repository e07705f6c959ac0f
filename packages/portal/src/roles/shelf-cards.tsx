import { VisuallyHidden } from '@mantine/core'
import type { AccountView, RoleView } from '@rolecall/server/api'
import { IconClock, IconKey, IconStarFilled } from '@tabler/icons-react'
import { accountHue } from './hue.ts'
import type { RoleActions } from './role-actions.ts'
import { roleKey, type Shelf } from './shelf.ts'
import classes from './shelf-cards.module.css'

/** A role that is at hand, with the reason why. */
interface ShelfItem {
  readonly account: AccountView
  readonly role: RoleView
  readonly favourite: boolean
}

interface ShelfCardsProps extends RoleActions {
  readonly accounts: readonly AccountView[]
  readonly shelf: Shelf
}

/** Favourites and the roles taken last, one step away. */
export function ShelfCards({ accounts, shelf, onKeys, onConsole }: ShelfCardsProps) {
  const items = shelfItems(accounts, shelf)
  if (items.length === 0) return null
  return (
    <section aria-labelledby="shelf" className={classes.shelf} data-testid="shelf">
      <h2 id="shelf" className={classes.heading}>
        Favourites and recent
      </h2>
      <ul className={classes.cards}>
        {items.map(({ account, role, favourite }) => (
          <li key={role.arn} className={classes.card} data-hue={accountHue(account)}>
            {role.forms.includes('console') ? (
              <a
                className={classes.link}
                href={role.consoleHref}
                target="_blank"
                rel="noopener"
                data-hit
                data-testid={`quick-console-${account.alias}-${role.name}`}
                onClick={() => onConsole(account, role)}
                onAuxClick={() => onConsole(account, role)}
              >
                <CardName account={account} role={role} favourite={favourite} />
                <VisuallyHidden>, console (new tab)</VisuallyHidden>
              </a>
            ) : (
              <button
                type="button"
                className={classes.link}
                data-hit
                data-testid={`quick-only-keys-${account.alias}-${role.name}`}
                onClick={() => onKeys(account, role)}
              >
                <CardName account={account} role={role} favourite={favourite} />
                <VisuallyHidden>, keys</VisuallyHidden>
              </button>
            )}
            {role.forms.includes('credentials') && (
              <button
                type="button"
                className={classes.keys}
                aria-label={`Keys: ${role.name} in ${account.name}`}
                title="Keys"
                data-action="keys"
                data-testid={`quick-keys-${account.alias}-${role.name}`}
                onClick={() => onKeys(account, role)}
              >
                <IconKey size={16} aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function CardName({ account, role, favourite }: ShelfItem) {
  return (
    <>
      {favourite ? (
        <IconStarFilled size={15} className={classes.starred} aria-hidden="true" />
      ) : (
        <IconClock size={15} className={classes.recent} aria-hidden="true" />
      )}
      <span className={classes.texts}>
        <span className={classes.role}>{role.name}</span>
        <span className={classes.account}>{account.name}</span>
      </span>
    </>
  )
}

/** What the shelf names and the person may still take. */
function shelfItems(accounts: readonly AccountView[], shelf: Shelf): ShelfItem[] {
  const offered = new Map(
    accounts.flatMap(account =>
      account.roles.map(role => [roleKey(account.id, role.name), { account, role }] as const),
    ),
  )
  const recents = shelf.recents.filter(key => !shelf.favourites.includes(key))
  return [...shelf.favourites, ...recents].flatMap(key => {
    const found = offered.get(key)
    return found === undefined ? [] : [{ ...found, favourite: shelf.favourites.includes(key) }]
  })
}
