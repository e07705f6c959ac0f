/** Which machines a rule means, by the parts of the host name that DNS confirmed. */
import type { MachineSelector } from '../config/grant-rule.ts'
import { type NamePattern, readNamePattern } from '../config/name-pattern.ts'
import { networkMatcher } from '../config/networks.ts'
import type { Captures, MachineMatcher } from './types.ts'
import { either, quote } from './words.ts'

/** Reads the selector once. */
export function compileMachines(selector: MachineSelector): MachineMatcher {
  const { domains, networks } = selector
  const isInside = networks === undefined ? () => true : networkMatcher(networks)
  const capture = nameReader(selector)
  return ({ host, domain, address }) => {
    if (domains !== undefined && !domains.includes(domain)) {
      return { unfit: `the domain ${quote(domain)} is not ${either(domains)}` }
    }
    if (!isInside(address)) {
      return { unfit: `the address ${quote(address)} is not in ${either(networks ?? [])}` }
    }
    const captures = capture(host)
    if (captures !== undefined) return { captures }
    const asked =
      selector.preset === undefined ? `the pattern ${quote(selector.name ?? '')}` : selector.preset
    return { unfit: `the host name ${quote(host)} does not match ${asked}` }
  }
}

function nameReader({ preset, name }: MachineSelector): (host: string) => Captures | undefined {
  if (preset !== undefined) return eightCharacters
  if (name === undefined) return () => ({})
  const pattern: NamePattern = mustRead(name)
  return host => pattern.match(host)
}

/**
 * The rule of AWS Federation Proxy's `provider_by_ip`: a host name of exactly eight characters, whose
 * first six are the role; a site `ber` or `ham` in front counts as `pro`.
 */
function eightCharacters(host: string): Captures | undefined {
  if (host.length !== 8) return undefined
  const site = host.slice(0, 3)
  const isProduction = site === 'ber' || site === 'ham'
  return { role: `${isProduction ? 'pro' : site}${host.slice(3, 6)}` }
}

/** The pattern of a rule that was checked when the file was read. */
export function mustRead(text: string): NamePattern {
  const pattern = readNamePattern(text)
  if ('problem' in pattern) throw new Error(`a pattern was checked but cannot be read: ${text}`)
  return pattern
}
