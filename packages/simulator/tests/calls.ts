import { type Credentials, signRequest } from '@rolecall/aws'
import { parseXml, type XmlElement } from '@rolecall/saml'
import type { Simulator } from '../src/index.ts'
import type { Clock } from './running.ts'

/** An answer of the Query protocol. */
export interface QueryAnswer {
  readonly status: number
  readonly body: string
  /** Text of the first element of a name; `undefined` when there is none. */
  field(name: string): string | undefined
  /** Texts of all elements of a name, in document order. */
  all(name: string): readonly string[]
  readonly code: string | undefined
  readonly message: string | undefined
}

const versions = { sts: '2011-06-15', iam: '2010-05-08', ec2: '2016-11-15' } as const

/** Calls one simulator in the ways of AWS's clients. */
export function caller({ simulator, clock }: { simulator: Simulator; clock: Clock }) {
  const signed = async (
    keys: Credentials,
    service: string,
    headers: Record<string, string>,
    body: string,
  ) => {
    const url = `${simulator.url}/`
    const { host: _, ...sent } = signRequest(
      { method: 'POST', url, headers, body },
      { credentials: keys, region: 'us-east-1', service, now: clock.now() },
    )
    return await fetch(url, { method: 'POST', headers: sent, body })
  }
  const query = async (
    keys: Credentials | undefined,
    service: keyof typeof versions,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<QueryAnswer> => {
    const form = new URLSearchParams({ Action: action, Version: versions[service], ...parameters })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response =
      keys === undefined
        ? await fetch(`${simulator.url}/`, { method: 'POST', body: form })
        : await signed(keys, service, headers, form.toString())
    return answerOf(response.status, await response.text())
  }
  return {
    query,
    /** A call of AWS's JSON protocol 1.1. */
    async json(keys: Credentials, service: string, target: string, parameters: unknown = {}) {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }
      const response = await signed(keys, service, headers, JSON.stringify(parameters))
      return { status: response.status, body: await response.json() }
    },
    /** The keys of a successful answer that has some. */
    async keysOf(answer: Promise<QueryAnswer>): Promise<Credentials> {
      const { field, code, message } = await answer
      const accessKeyId = field('AccessKeyId')
      const secretAccessKey = field('SecretAccessKey')
      const sessionToken = field('SessionToken')
      if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error(`${code}: ${message}`)
      return { accessKeyId, secretAccessKey, sessionToken }
    },
  }
}

function answerOf(status: number, body: string): QueryAnswer {
  const { root } = parseXml(body)
  const all = (name: string) => elements(root, name).map(text)
  const field = (name: string) => all(name)[0]
  return { status, body, all, field, code: field('Code'), message: field('Message') }
}

function elements(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap(node =>
    node.kind !== 'element'
      ? []
      : [...(node.local === name ? [node] : []), ...elements(node, name)],
  )
}

function text(element: XmlElement): string {
  return element.children
    .map(node => (node.kind === 'text' ? node.value : node.kind === 'element' ? text(node) : ''))
    .join('')
}

/** List members as the Query protocol names them: `Tags.member.1.Key`. */
export function members(
  name: string,
  list: readonly (string | Readonly<Record<string, string>>)[],
): Record<string, string> {
  return Object.fromEntries(
    list.flatMap((member, index) => {
      const at = `${name}.member.${index + 1}`
      return typeof member === 'string'
        ? [[at, member]]
        : Object.entries(member).map(([key, value]) => [`${at}.${key}`, value])
    }),
  )
}
