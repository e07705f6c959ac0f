import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { checkAddress, type OutgoingRules } from './outgoing-rules.ts'

/**
 * A lookup for connecting: the addresses that it checked are the ones that are connected to, so that a
 * name cannot answer differently in between (DNS rebinding). One forbidden address forbids the name.
 */
export function guardedLookup(
  rules: () => OutgoingRules,
  lookup: LookupFunction = systemLookup,
): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, found, family) => {
      if (error !== null) return callback(error, found, family)
      try {
        for (const { address } of addressesOf(found)) checkAddress(hostname, address, rules())
      } catch (refusal) {
        return callback(refusal instanceof Error ? refusal : new Error(String(refusal)), [])
      }
      callback(null, found, family)
    })
}

function addressesOf(found: string | readonly LookupAddress[]): readonly { address: string }[] {
  return typeof found === 'string' ? [{ address: found }] : found
}
