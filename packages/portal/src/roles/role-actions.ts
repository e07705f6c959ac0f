import type { AccountView, RoleView } from '@rolecall/server/api'

/** What a person can do with a role, in a list or on the shelf. */
export interface RoleActions {
  readonly onKeys: (account: AccountView, role: RoleView) => void
  readonly onConsole: (account: AccountView, role: RoleView) => void
  readonly onFavourite: (account: AccountView, role: RoleView) => void
}
