/** The mounts of AFP's API: where they stand, and who is anybody there. */
import { localSource } from '../nouns.ts'
import { isReserved } from './check-targets.ts'
import type { KeyPath } from './key-path.ts'
import type { Report } from './report.ts'
import type { FederationApiEntry, Sections } from './sections.ts'
import { hasUnreadSources } from './sign-in-sources.ts'

/** Reports mounts that stand on other routes, and mounts where nobody could be anybody. */
export function checkFederationApi(sections: Sections, report: Report): void {
  for (const [index, entry] of sections.federationApi.entries()) {
    if (entry === undefined) continue
    const path: KeyPath = ['federationApi', index]
    checkPrefix(entry, index, sections, report)
    if (entry.for === 'people') checkPeople(entry, path, sections, report)
    else checkMachineMount(entry, path, sections, report)
  }
}

function checkPrefix(
  { prefix }: FederationApiEntry,
  index: number,
  sections: Sections,
  report: Report,
): void {
  const path = ['federationApi', index, 'prefix']
  const [, first, second] = prefix.split('/')
  // AFP's own examples stand below /api/latest, where we have nothing.
  const isOurs = first === 'api' ? second === undefined || second === 'v1' : isReserved(first)
  const { targets, signingGateway } = sections
  const others: [string, string | undefined][] = [
    ['targets.prefix', targets?.prefix === '' ? undefined : targets?.prefix],
    ['signingGateway.prefix', signingGateway?.prefix],
    ...sections.federationApi
      .slice(0, index)
      .map((one, at): [string, string | undefined] => [`federationApi[${at}].prefix`, one?.prefix]),
  ]
  const clash = others.find(([, other]) => other !== undefined && overlap(prefix, other))
  if (isOurs) {
    const remedy = 'choose another, such as `/afp-api/latest`'
    report.problem(path, `the gateway answers at /${first} itself`, remedy)
  } else if (clash !== undefined) {
    const [key] = clash
    report.problem(path, `it overlaps with \`${key}\``, 'choose another for one of the two')
  }
}

function overlap(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`)
}

function checkPeople(
  { sources, hosts, plainHttp }: FederationApiEntry,
  path: KeyPath,
  sections: Sections,
  report: Report,
): void {
  if (hosts.length > 0) {
    report.problem([...path, 'hosts'], 'only machines are asked for it', 'remove it')
  }
  if (plainHttp) {
    const message = 'passwords never cross the network in the clear'
    report.problem([...path, 'plainHttp'], message, 'remove it')
  }
  if (sources === undefined) {
    const remedy = `add \`sources: [${localSource}]\`, or ids of \`signIn.headers\` and \`signIn.ldap\``
    report.problem(path, 'nobody could use this mount: `sources` is missing', remedy)
    return
  }
  const known = requestSources(sections)
  for (const [index, source] of sources.entries()) {
    const at = [...path, 'sources', index]
    if (sources.indexOf(source) !== index) {
      report.problem(at, 'this source stands here twice', 'keep one of the two')
    } else if (!known.includes(source) && !hasUnreadSources(sections)) {
      const remedy =
        known.length === 0
          ? 'add a source under `signIn.headers` or `signIn.ldap`, or set `signIn.password: true`'
          : `choose of ${known.map(one => `\`${one}\``).join(', ')}`
      const message = 'no source of this id identifies requests that have no browser session'
      report.problem(at, message, remedy)
    }
  }
}

/** The sources that can tell who sends a request, without a sign-in in a browser. */
function requestSources({ signIn, headers, ldap }: Sections): readonly string[] {
  const listed = [...headers, ...ldap].flatMap(entry => entry?.id ?? [])
  return signIn?.password === true ? [...listed, localSource] : listed
}

function checkMachineMount(
  { sources, plainHttp }: FederationApiEntry,
  path: KeyPath,
  { machines }: Sections,
  report: Report,
): void {
  if (sources !== undefined) {
    report.problem([...path, 'sources'], 'machines have no source but DNS', 'remove it')
  }
  if (plainHttp) {
    const remedy = 'let machines ask over https, and remove it'
    report.warning([...path, 'plainHttp'], 'keys cross the network in the clear', remedy)
  }
  if (machines === undefined) {
    const remedy = 'add `signIn.machines` with `domains` and `networks`'
    report.problem([...path, 'for'], 'no machine could use this mount', remedy)
  }
}
