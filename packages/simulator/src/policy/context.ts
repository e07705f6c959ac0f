/** Facts of a request that conditions look at: key in lower case → values. A missing key has no entry. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>
