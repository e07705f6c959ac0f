import { Failure } from '../../failure.ts'
import { isJsonObject, quoted, textMember } from '../../web/index.ts'
import { outage } from './console.ts'
import type { Step } from './step.ts'

/** One of the person's applications that sign in by SAML. */
export interface Application {
  readonly label: string
  readonly ssoUrl: string
  readonly isAws: boolean
}

const maxApplications = 1000

/** The person's applications, as the console lists them. */
export async function listApplications(step: Step): Promise<readonly Application[]> {
  const answer = await step.console.get('/api/applications')
  const list = answer.status === 200 ? arrayOf(answer.body) : undefined
  if (list === undefined) throw outage(step.console.host, answer)
  return list.slice(0, maxApplications).flatMap(entry => applicationOf(entry, step))
}

/**
 * The AWS application to sign in to when the configured URL names none: the only one, or the one that the
 * person chooses. Throws `Failure` `configuration` when there is none, or nobody to choose.
 */
export async function chooseApplication(step: Step): Promise<Application> {
  const all = await listApplications(step)
  const { name } = step.connection
  const aws = all.filter(({ isAws }) => isAws)
  const [first] = aws
  const command = (url: string) => `rolecall configure -a ${name} --url ${quoted(url)}`
  if (first === undefined) {
    const others = all.map(({ label }) => quoted(label)).join(', ')
    throw new Failure(
      'configuration',
      `JumpCloud lists no AWS application for you (${others === '' ? 'none at all' : others})`,
      `ask your administrator for one, or name it: ${command('https://sso.jumpcloud.com/saml2/NAME')}`,
    )
  }
  const { ask } = step.parts
  if (aws.length > 1 && (!ask.possible || step.connection.skipPrompt)) {
    const choices = aws.map(({ label, ssoUrl }) => `${quoted(label)} ${quoted(ssoUrl)}`).join(', ')
    throw new Failure(
      'configuration',
      `JumpCloud lists ${aws.length} AWS applications: ${choices}`,
      command(first.ssoUrl),
    )
  }
  const chosen =
    aws.length === 1
      ? first
      : await ask.choice({
          message: 'Which AWS application of JumpCloud?',
          choices: aws.map(each => ({ value: each, label: each.label, note: each.ssoUrl })),
        })
  ask.tell(`${quoted(chosen.label)}; to keep it: ${command(chosen.ssoUrl)}`)
  return chosen
}

/**
 * The name of the one account that an assertion's roles are in: what the application is called, without
 * "AWS". No name when they are in several, or nothing is left of it.
 */
export function accountNamesOf(
  samlResponse: string,
  label: string | undefined,
): ReadonlyMap<string, string> | undefined {
  const xml = Buffer.from(samlResponse, 'base64').toString('utf8')
  const ids = new Set(
    [...xml.matchAll(/\barn:aws[\w-]*:iam::(\d{12}):role\//g)].map(([, id = '']) => id),
  )
  const [id] = ids
  const name = label
    ?.replace(/\b(?:amazon web services|aws|amazon)\b/gi, ' ')
    .replace(/^[\s\p{P}|]+|[\s\p{P}|]+$/gu, '')
  if (id === undefined || ids.size > 1 || name === undefined || name === '') return undefined
  return new Map([[id, name]])
}

function arrayOf(body: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function applicationOf(entry: unknown, { hosts }: Step): readonly Application[] {
  if (!isJsonObject(entry) || entry.active === false) return []
  if (!isJsonObject(entry.sso) || entry.sso.type !== 'saml') return []
  const url = URL.parse(textMember(entry, 'ssoUrl', 4096) ?? '')
  // Bookmarks lead anywhere; an application of JumpCloud's own is on its hosts.
  if (url === null || !hosts.isOwn(url)) return []
  const name = textMember(entry, 'name', 256) ?? ''
  const label = textMember(entry, 'displayLabel', 256) ?? name
  const isAws = /\baws\b|amazon/i.test(`${label} ${name} ${url.pathname}`)
  return [{ label, ssoUrl: url.href, isAws }]
}
