/** Which pages the console may open at. */
import { consoleUrlOf, isConsoleUrl, partitions } from '@rolecall/aws'
import { ServerError } from '../errors.ts'
import type { RoleOffer } from '../nouns.ts'

const maxLength = 2048

/**
 * The page to open: the one asked for, else the grant's, else the console's first page, of the grant's
 * region where it has one. It must be on a console host of the account's partition, or on the configured
 * console. Throws `bad-destination`.
 */
export function checkDestination(
  asked: string | undefined,
  offer: RoleOffer,
  consoleEndpoint: string | undefined,
): string {
  const { partition } = offer.account
  const page = asked ?? offer.destination ?? consoleEndpoint ?? firstPage(offer)
  if (page.length > maxLength || !URL.canParse(page)) throw refuse('not an address')
  const url = new URL(page)
  // The origin of `blob:https://host/x` is that of https://host: the scheme must be looked at itself.
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('not a web page')
  if (url.username !== '' || url.password !== '') throw refuse('has a username')
  const isConfigured =
    consoleEndpoint !== undefined && url.origin === new URL(consoleEndpoint).origin
  if (!isConfigured && !isConsoleUrl(page, partition)) throw refuse(`${url.host} is no console`)
  return url.href
}

/** A grant for accounts of several partitions may name a region that this one lacks. */
function firstPage({ account: { partition }, region = '' }: RoleOffer): string {
  const isRegion = partitions[partition].regionRegex.test(region)
  return isRegion ? consoleUrlOf(partition, region) : consoleUrlOf(partition)
}

function refuse(detail: string): ServerError {
  return new ServerError('bad-destination', { detail: `destination: ${detail}` })
}
