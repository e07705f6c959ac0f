/** Which page of the console opens. */
import { AwsError, consoleUrlOf, isConsoleUrl, type Partition } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import { servicePage } from './services.ts'

/** What a person says of the page. */
export interface DestinationWish {
  /** A name of `services.ts`, or a path. */
  readonly service?: string | undefined
  /** An address of the console, or a path of it. */
  readonly destination?: string | undefined
  readonly region?: string | undefined
}

/**
 * The address of the page. Throws `Failure` `usage` for one outside the console of the partition: a link
 * that signs in leads nowhere else.
 */
export function destinationOf(wish: DestinationWish, partition: Partition): string {
  const { service, destination, region } = wish
  if (service !== undefined && destination !== undefined) {
    throw new Failure('usage', '--service and --destination both name a page', 'give one of them')
  }
  if (destination !== undefined) {
    const address = destination.startsWith('/')
      ? atConsole(destination, partition, region)
      : destination
    if (isConsoleUrl(address, partition)) return address
    throw outside('--destination', destination, partition)
  }
  if (service === undefined) return home(partition, region)
  const page = servicePage(service)
  if (page !== undefined) {
    return atConsole(page.path, partition, page.isGlobal ? undefined : region)
  }
  const path = service.replace(/^\/+/, '')
  // A service that is newer than the list most likely has its home there.
  const guess = /^[a-z0-9-]{1,64}$/.test(path) ? `${path}/home` : path
  const address = atConsole(`/${guess}`, partition, region)
  if (isConsoleUrl(address, partition)) return address
  throw outside('--service', service, partition)
}

/** Below the host of the region; the query names it too, as the console's own links do. */
function atConsole(path: string, partition: Partition, region: string | undefined): string {
  const base = home(partition, region).replace(/\/$/, '')
  if (region === undefined || /[?&]region=/.test(path)) return base + path
  const [page = '', ...fragment] = path.split('#')
  const query = `${page.includes('?') ? '&' : '?'}region=${region}`
  return `${base}${page}${query}${fragment.length === 0 ? '' : `#${fragment.join('#')}`}`
}

function home(partition: Partition, region: string | undefined): string {
  try {
    return consoleUrlOf(partition, region)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new Failure('usage', error.message, 'give a region of that partition with --region')
  }
}

function outside(option: string, text: string, partition: Partition): Failure {
  return new Failure(
    'usage',
    `${option} ${JSON.stringify(text.slice(0, 200))} is no page of the AWS console of ${partition}`,
    `give a path such as /ec2/home, or an address that begins with ${consoleUrlOf(partition)}`,
  )
}
