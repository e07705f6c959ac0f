/** Refuses to time two sides that do not come to the same. */
export function mustEqual(what: string, ours: unknown, peer: unknown): void {
  if (ours === undefined || ours !== peer) {
    throw new Error(`the two sides differ in their ${what}:\n  ours: ${ours}\n  peer: ${peer}`)
  }
}

/** Refuses to time a side that accepts what it must refuse. */
export async function mustRefuse(what: string, call: () => Promise<unknown>): Promise<void> {
  const isRefused = await call().then(
    () => false,
    () => true,
  )
  if (!isRefused) throw new Error(`${what} was accepted`)
}
