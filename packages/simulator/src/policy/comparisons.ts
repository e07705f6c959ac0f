import { BlockList, isIP } from 'node:net'

/** Whether a policy's value fits the request's. */
export type Comparison = (pattern: string, value: string) => boolean

/** A comparison of numbers: the request's first, the policy's second. What is no number never fits. */
export const numericComparison =
  (compare: (actual: number, wanted: number) => boolean): Comparison =>
  (pattern, value) => {
    const [actual, wanted] = [numberOf(value), numberOf(pattern)]
    return actual !== undefined && wanted !== undefined && compare(actual, wanted)
  }

/** A comparison of times, each in ISO 8601 or in seconds since 1970. What is neither never fits. */
export const timeComparison =
  (compare: (actual: number, wanted: number) => boolean): Comparison =>
  (pattern, value) => {
    const [actual, wanted] = [timeOf(value), timeOf(pattern)]
    return actual !== undefined && wanted !== undefined && compare(actual, wanted)
  }

/** Whether an address is in a network: `10.0.0.0/8`, `2001:db8::/32`, or one address. */
export const matchesAddress: Comparison = (pattern, value) => {
  const [network = '', bits] = pattern.split('/')
  const family = isIP(network)
  const longest = family === 4 ? 32 : 128
  const prefix = bits === undefined ? longest : (numberOf(bits) ?? -1)
  if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) return false
  // Node gives an IPv4 peer of a dual-stack socket as ::ffff:127.0.0.1.
  const address = value.replace(/^::ffff:(?=[0-9.]+$)/i, '')
  if (isIP(address) !== family) return false
  const list = new BlockList()
  const name = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, prefix, name)
  return list.check(address, name)
}

function numberOf(text: string): number | undefined {
  return /^-?[0-9]{1,15}(?:\.[0-9]{1,9})?$/.test(text) ? Number(text) : undefined
}

function timeOf(text: string): number | undefined {
  const seconds = numberOf(text)
  if (seconds !== undefined) return seconds * 1000
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2}))?$/.test(text)) {
    return undefined
  }
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
