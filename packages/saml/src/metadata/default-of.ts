/**
 * The default among indexed endpoints or services (saml-metadata 2.2.3): the first with isDefault
 * true, else the first without isDefault, else the first; undefined in an empty list.
 */
export function defaultOf<T extends { readonly isDefault?: boolean }>(
  indexed: readonly T[],
): T | undefined {
  return (
    indexed.find(({ isDefault }) => isDefault === true) ??
    indexed.find(({ isDefault }) => isDefault === undefined) ??
    indexed[0]
  )
}
