/** Runs one check and reports it by its title. */
export type RunCheck = (title: string, check: () => Promise<void> | void) => Promise<void>

/** A set of checks against one kind of peer. */
export interface Suite {
  readonly name: string
  readonly title: string
  /** Debian packages with the peers. */
  readonly packages: readonly string[]
  run(check: RunCheck): Promise<void>
}
