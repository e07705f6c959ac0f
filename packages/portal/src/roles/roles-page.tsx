import type { AccountView, RoleView } from '@rolecall/server/api'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { isSignedOut } from '../api/api-error.ts'
import { meQuery, rolesQuery } from '../api/queries.ts'
import { Problem } from '../shell/problem.tsx'
import { Shell } from '../shell/shell.tsx'
import { useFocusReturn } from '../shell/use-focus-return.ts'
import { AccountSection } from './account-section.tsx'
import { EmptyState } from './empty-state.tsx'
import { ReadingLine } from './reading-line.tsx'
import classes from './roles-page.module.css'
import { RolesSkeleton } from './roles-skeleton.tsx'
import { searchRoles } from './search.ts'
import { SearchBox } from './search-box.tsx'
import { roleKey } from './shelf.ts'
import { ShelfCards } from './shelf-cards.tsx'
import { summaryText } from './summary.ts'
import { usePageKeys } from './use-page-keys.ts'
import { useShelf } from './use-shelf.ts'
import { WhyNot } from './why-not.tsx'

const loadKeysDrawer = () => import('../keys/keys-drawer.tsx')
const KeysDrawer = lazy(() => loadKeysDrawer().then(module => ({ default: module.KeysDrawer })))
const HelpDialog = lazy(() =>
  import('../shell/help-dialog.tsx').then(module => ({ default: module.HelpDialog })),
)

const noAccounts: readonly AccountView[] = []

/** The roles that this person may take, found and taken from the keyboard or with a click. */
export function RolesPage() {
  const me = useQuery(meQuery)
  const roles = useQuery(rolesQuery)
  const accounts = roles.data?.accounts ?? noAccounts
  const reading = roles.data?.reading
  const search = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const [help, setHelp] = useState(false)
  const [taken, setTaken] = useState<{ account: AccountView; role: RoleView }>()
  const { shelf, toggle, use } = useShelf(me.data?.id)

  const hits = useMemo(() => searchRoles(accounts, query), [accounts, query])
  const favourites = useMemo(() => new Set(shelf.favourites), [shelf.favourites])
  const searching = query.trim() !== ''

  const showHelp = useCallback(() => setHelp(true), [])
  const clear = useCallback(() => setQuery(''), [])
  const onSearchKey = usePageKeys({ search, searching, onClear: clear, onHelp: showHelp })
  const onKeys = useCallback(
    (account: AccountView, role: RoleView) => {
      use(roleKey(account.id, role.name))
      setTaken({ account, role })
    },
    [use],
  )
  const onConsole = useCallback(
    (account: AccountView, role: RoleView) => use(roleKey(account.id, role.name)),
    [use],
  )
  const onFavourite = useCallback(
    (account: AccountView, role: RoleView) => toggle(roleKey(account.id, role.name)),
    [toggle],
  )
  const actions = { onKeys, onConsole, onFavourite }

  useFocusReturn(taken !== undefined || help)
  useEffect(() => {
    // The keys open at once when they are asked for: their part of the page is there already.
    if (roles.isSuccess) void loadKeysDrawer()
  }, [roles.isSuccess])

  return (
    <Shell onHelp={showHelp}>
      <h1 className={classes.heading}>Your roles</h1>
      {(roles.isPending || accounts.length > 0) && (
        <SearchBox
          inputRef={search}
          query={query}
          onQuery={setQuery}
          onKeyDown={onSearchKey}
          summary={roles.isSuccess ? summaryText(hits, searching) : ''}
        />
      )}
      {roles.isError && !isSignedOut(roles.error) && (
        <div className={classes.problem}>
          <Problem error={roles.error} onRetry={() => void roles.refetch()} />
        </div>
      )}
      {(roles.isPending || (roles.isError && isSignedOut(roles.error))) && <RolesSkeleton />}
      {reading !== undefined && <ReadingLine reading={reading} />}
      {roles.isSuccess && accounts.length === 0 && reading === undefined && (
        <EmptyState me={me.data} />
      )}
      {roles.isSuccess && !searching && (
        <ShelfCards accounts={accounts} shelf={shelf} {...actions} />
      )}
      {accounts.length > 0 && hits.length === 0 && <WhyNot query={query} />}
      <div className={classes.accounts}>
        {hits.map((found, index) => (
          <AccountSection
            key={found.account.id}
            hits={found}
            favourites={favourites}
            first={searching && index === 0}
            {...actions}
          />
        ))}
      </div>
      <Suspense>
        {taken !== undefined && (
          <KeysDrawer
            account={taken.account}
            role={taken.role}
            onClose={() => setTaken(undefined)}
          />
        )}
        {help && <HelpDialog onClose={() => setHelp(false)} />}
      </Suspense>
    </Shell>
  )
}
