import { AwsError } from '../errors.ts'

/** Whether a target, by host name (without brackets) and port, is reached without the proxy. */
export type ProxyBypass = (hostname: string, port: number) => boolean

const maxRules = 1000

/**
 * Reads what `NO_PROXY` lists, separated by commas or blanks: `*`; `example.com`, `.example.com` or
 * `*.example.com` (all three: that host and those below it); an address; a network such as
 * `10.0.0.0/8`. A rule may end in `:port`. Throws `AwsError` `bad_proxy` for anything else.
 */
export function readNoProxy(rules: string | readonly string[]): ProxyBypass {
  const list = (typeof rules === 'string' ? [rules] : rules)
    .flatMap(text => text.split(/[\s,]+/))
    .filter(rule => rule !== '')
  if (list.length > maxRules) throw bad(`more than ${maxRules} rules`)
  const read = list.map(readRule)
  return (hostname, port) => {
    // A name may end in the dot of the DNS root.
    const host = hostname.toLowerCase().replace(/\.$/, '')
    return read.some(rule => (rule.port === undefined || rule.port === port) && rule.matches(host))
  }
}

// Loaded when there are rules: it takes longer than all the rest of this package.
const net = () => process.getBuiltinModule('node:net')

interface Rule {
  readonly port: number | undefined
  readonly matches: (host: string) => boolean
}

function readRule(rule: string): Rule {
  const isBareIpv6 = net().isIPv6(rule.replace(/\/\d+$/, ''))
  const [, name = '', port] = isBareIpv6
    ? [rule, rule]
    : (/^(.*?)(?::(\d{1,5}))?$/.exec(rule) ?? [])
  return {
    port: port === undefined ? undefined : Number(port),
    matches: matcherOf(name.replace(/^\[(.*)\]$/, '$1').toLowerCase(), rule),
  }
}

function matcherOf(name: string, rule: string): Rule['matches'] {
  if (name === '*') return () => true
  const [, network = name, bits] = /^(.*)\/(\d{1,3})$/.exec(name) ?? []
  if (net().isIP(network) !== 0) return addressMatcher(network, bits, rule)
  const domain = name.replace(/^\*?\./, '')
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/.test(domain)) {
    throw bad(`${JSON.stringify(rule.slice(0, 100))} is no host, address or network`)
  }
  const suffix = domain.replace(/\.$/, '')
  return host => host === suffix || host.endsWith(`.${suffix}`)
}

function addressMatcher(network: string, bits: string | undefined, rule: string): Rule['matches'] {
  const { BlockList, isIP, isIPv6 } = net()
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  const width = family === 'ipv6' ? 128 : 32
  if (bits !== undefined && Number(bits) > width) {
    throw bad(`${JSON.stringify(rule)} is no network`)
  }
  const addresses = new BlockList()
  addresses.addSubnet(network, bits === undefined ? width : Number(bits), family)
  return host => isIP(host) !== 0 && addresses.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
}

function bad(why: string): AwsError {
  return new AwsError('bad_proxy', `the list of targets without a proxy cannot be used: ${why}`)
}
