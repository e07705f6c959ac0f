/** How often somebody may try: counted in this process, forgotten at restart. */
import type { Config } from '../config/config.ts'
import { foldUsername } from '../directory/index.ts'
import { ServerError } from '../errors.ts'
import { networkOf } from './client-address.ts'
import { createCounter } from './counter.ts'

/** Each throws `too-many-requests` once its key has used up its share. */
export interface RateLimits {
  /** SAML requests and answers, by network. */
  saml(address: string): void
  /** Password attempts, by network, by username from one network, and by username. */
  password(address: string, username: string): void
  /** Requests of command lines that sign in or get new tokens, by network. */
  commandLine(address: string): void
  /** Codes of devices that somebody looks for, by principal and by network. */
  userCode(address: string, principalId: string): void
  /** Roles taken, by network and by principal. */
  delivery(address: string, principalId: string): void
  /** Requests to the API, by network. */
  api(address: string): void
  /** Requests to the API, by principal. */
  apiOf(principalId: string): void
  /** Questions why, by principal. */
  explain(principalId: string): void
}

/** Counters that each limit keeps; the one unused for the longest time makes room. */
const mostKeys = 20_000
const minute = 60_000

/** Fresh limits; what they are may change while they run. */
export function createRateLimits(limits: () => Config['limits']): RateLimits {
  function limit(what: string, max: (limits: Config['limits']) => number, windowMs = minute) {
    const count = createCounter(windowMs, mostKeys)
    return (key: string): void => {
      const counted = count(key)
      if (counted.count <= max(limits())) return
      throw new ServerError('too-many-requests', {
        detail: what,
        retryAfterSeconds: Math.ceil(counted.leftMs / 1000),
      })
    }
  }

  const saml = limit('SAML requests from one network', one => one.signInPerAddress)
  const passwordByNetwork = limit('passwords from one network', one => one.passwordsPerAddress)
  const passwordByBoth = limit(
    'passwords for one username from one network',
    one => Math.ceil(one.passwordsPerUsername / 2),
    5 * minute,
  )
  const passwordByUsername = limit(
    'passwords for one username',
    one => one.passwordsPerUsername * 5,
    5 * minute,
  )
  const commandLine = limit('OAuth requests from one network', one => one.signInPerAddress)
  // RFC 8628, 5.1: 20^8 codes, of which a person may try twenty in five minutes.
  const userCode = limit('codes of devices tried by one person', () => 20, 5 * minute)
  const userCodeByNetwork = limit('codes of devices tried from one network', () => 60, 5 * minute)
  const delivery = limit('roles taken by one person', one => one.deliveryPerPrincipal)
  const deliveryByNetwork = limit('roles taken from one network', one => one.deliveryPerAddress)
  const apiByNetwork = limit('requests to the API from one network', one => one.apiPerAddress)
  const explain = limit('explanations for one person', () => 60)
  const apiOf = limit('requests to the API by one person', one => one.apiPerPrincipal)

  return Object.freeze({
    saml: (address: string) => saml(networkOf(address)),
    password(address: string, username: string) {
      const network = networkOf(address)
      passwordByNetwork(network)
      const name = countedName(username)
      // Before the username alone: guessing from one network must not lock the person out elsewhere.
      passwordByBoth(JSON.stringify([name, network]))
      passwordByUsername(name)
    },
    commandLine: (address: string) => commandLine(networkOf(address)),
    userCode(address: string, principalId: string) {
      userCode(principalId)
      userCodeByNetwork(networkOf(address))
    },
    delivery(address: string, principalId: string) {
      delivery(principalId)
      deliveryByNetwork(networkOf(address))
    },
    api: (address: string) => apiByNetwork(networkOf(address)),
    apiOf,
    explain,
  })
}

/**
 * Every spelling that some directory takes for one name: RFC 4518 folds case, compatibility forms, blanks and what
 * is invisible, and Active Directory finds a name without its accents.
 */
function countedName(username: string): string {
  return foldUsername(username)
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{C}\s]/gu, '')
}
