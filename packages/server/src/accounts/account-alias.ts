/** Aliases of accounts that nobody gave one: made of the names that they have in the organization. */

/** An account of an organization, as far as its alias goes. */
export interface NamedAccount {
  /** Twelve digits. */
  readonly id: string
  readonly name: string
}

/** What an alias in the file has at most. */
const maxLength = 32
const idLength = 12

/**
 * An alias for each account, by id. An account's name may be changed by the account itself, so that a name never takes an
 * alias away from another account: a declared alias stays where it is, and of accounts whose names come to the same,
 * none gets it: all of them end in their ids.
 */
export function accountAliases(
  accounts: readonly NamedAccount[],
  declared: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const uses = new Map<string, number>()
  const slugs = accounts.map(({ name }) => slugOf(name))
  for (const slug of slugs) uses.set(slug, (uses.get(slug) ?? 0) + 1)
  return new Map(
    accounts.map(({ id }, at) => {
      const slug = slugs[at] ?? ''
      // What ends as another account's alias may end is not free either.
      const isFree = slug !== '' && !declared.has(slug) && uses.get(slug) === 1
      return [id, isFree && !/\d{12}$/.test(slug) ? slug : withId(slug, id)]
    }),
  )
}

function withId(slug: string, id: string): string {
  const stem = slug.slice(0, maxLength - idLength - 1).replace(/-+$/, '')
  return `${stem === '' ? 'account' : stem}-${id}`
}

/** `Größe & Co (Prod)` is `grosse-co-prod`. */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replace(/^-+|-+$/g, '')
}
