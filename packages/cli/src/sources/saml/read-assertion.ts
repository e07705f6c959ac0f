/** What a SAML response says about AWS roles. Nothing is verified here: AWS does that when a role is taken. */
import { parseXml, SamlError, statusCodes, type XmlElement } from '@rolecall/saml'
import { Failure } from '../../failure.ts'
import { type AssertedRole, readRole } from './read-role.ts'

/** The facts of a response, as its sender wrote them. */
export interface AssertionFacts {
  readonly roles: readonly AssertedRole[]
  /** Role values that cannot be used, and why. */
  readonly skipped: readonly string[]
  /** What AWS will call the session; for people. */
  readonly sessionName: string | undefined
  /** Seconds, 900 to 43200. */
  readonly sessionDuration: number | undefined
  /** From then on no role can be taken with it. */
  readonly notOnOrAfter: Date | undefined
  /** No session of a role lasts longer than this. */
  readonly sessionNotOnOrAfter: Date | undefined
}

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'
const attributePrefix = 'https://aws.amazon.com/SAML/Attributes/'
/** What AWS takes (STS API Reference, AssumeRoleWithSAML). */
const maxCharacters = 100_000
const maxRoles = 2000

/**
 * Reads the form field `SAMLResponse` (IAM User Guide, "Configure SAML assertions for the authentication
 * response"). Throws `Failure` `provider`: it is no response, reports a failure or is encrypted; `noRole`: it
 * has no role.
 */
export function readAssertion(samlResponse: string): AssertionFacts {
  const root = readRoot(samlResponse)
  checkStatus(root)
  const all = [...elementsBelow(root)]
  const named = (namespace: string, local: string) =>
    all.filter(each => isNamed(each, namespace, local))
  if (named(assertion, 'Assertion').length === 0) throw withoutAssertion(all)
  const values = attributesOf(named(assertion, 'Attribute'))
  const given = values.get(`${attributePrefix}Role`) ?? []
  if (given.length > maxRoles) throw bad(`at most ${maxRoles} roles`)
  const { roles, skipped } = readRoles(given)
  if (roles.length === 0) throw withoutRole(given.length, skipped)
  return Object.freeze({
    roles,
    skipped,
    sessionName: values.get(`${attributePrefix}RoleSessionName`)?.[0],
    sessionDuration: durationOf(values.get(`${attributePrefix}SessionDuration`)?.[0]),
    notOnOrAfter: earliest([
      ...timesOf(named(assertion, 'Conditions'), 'NotOnOrAfter'),
      ...timesOf(named(assertion, 'SubjectConfirmationData'), 'NotOnOrAfter'),
    ]),
    sessionNotOnOrAfter: earliest(
      timesOf(named(assertion, 'AuthnStatement'), 'SessionNotOnOrAfter'),
    ),
  })
}

function readRoot(samlResponse: string): XmlElement {
  if (samlResponse.length > maxCharacters) {
    throw bad(`at most ${maxCharacters} characters, which is what AWS takes`)
  }
  const bytes = Buffer.from(samlResponse, 'base64')
  try {
    const { root } = parseXml(bytes)
    if (isNamed(root, protocol, 'Response')) return root
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    throw bad(`a SAML response in base64 (${error.code})`)
  }
  throw bad('a SAML response')
}

/** A status other than Success names a cause, and sometimes a text for people (saml-core 3.2.2). */
function checkStatus(root: XmlElement): void {
  const status = childrenOf(root).find(each => isNamed(each, protocol, 'Status'))
  const codes = [...elementsBelow(status)].filter(each => isNamed(each, protocol, 'StatusCode'))
  const [top, inner] = codes.map(each => attributeOf(each, 'Value') ?? '')
  if (top === undefined || top === statusCodes.success) return
  const text = [...elementsBelow(status)]
    .filter(each => isNamed(each, protocol, 'StatusMessage'))
    .map(textOf)[0]
  const code = (inner ?? top).replace(/^.*:/, '')
  throw new Failure(
    'provider',
    `the identity provider answers with ${code}${text === undefined ? '' : `: ${text.slice(0, 300)}`}`,
    'ask who looks after it whether the application for AWS is yours',
  )
}

function withoutAssertion(all: readonly XmlElement[]): Failure {
  const isEncrypted = all.some(each => isNamed(each, assertion, 'EncryptedAssertion'))
  return isEncrypted
    ? new Failure(
        'provider',
        'the assertion is encrypted for AWS: its roles cannot be read here',
        'have the encryption for AWS turned off at the identity provider (AWS supports both), or sign in through a Rolecall server',
      )
    : bad('one with an assertion')
}

function withoutRole(count: number, skipped: readonly string[]): Failure {
  const why = skipped[0] === undefined ? '' : ` that can be used (${skipped[0]})`
  return new Failure(
    'noRole',
    count === 0 ? 'the assertion has no role of AWS' : `the assertion has no role of AWS${why}`,
    'ask who looks after the identity provider for the application or the group that gives a role',
  )
}

function readRoles(values: readonly string[]): Pick<AssertionFacts, 'roles' | 'skipped'> {
  const roles = new Map<string, AssertedRole>()
  const skipped: string[] = []
  for (const value of values) {
    const read = readRole(value)
    if (typeof read === 'string') skipped.push(read)
    else if (!roles.has(read.roleArn)) roles.set(read.roleArn, read)
  }
  return { roles: [...roles.values()], skipped }
}

function attributesOf(elements: readonly XmlElement[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const element of elements) {
    const name = attributeOf(element, 'Name') ?? ''
    const all = values.get(name) ?? []
    for (const value of childrenOf(element)) {
      if (isNamed(value, assertion, 'AttributeValue')) all.push(textOf(value).trim())
    }
    values.set(name, all)
  }
  return values
}

function durationOf(text: string | undefined): number | undefined {
  const seconds = /^\d{1,6}$/.test(text ?? '') ? Number(text) : 0
  return seconds >= 900 && seconds <= 43_200 ? seconds : undefined
}

function timesOf(elements: readonly XmlElement[], name: string): Date[] {
  return elements.flatMap(element => {
    const time = new Date(attributeOf(element, name) ?? '')
    return Number.isNaN(time.getTime()) ? [] : time
  })
}

function earliest(times: readonly Date[]): Date | undefined {
  return times.length === 0 ? undefined : new Date(Math.min(...times.map(time => time.getTime())))
}

function* elementsBelow(element: XmlElement | undefined): Generator<XmlElement> {
  for (const child of element === undefined ? [] : childrenOf(element)) {
    yield child
    yield* elementsBelow(child)
  }
}

function childrenOf({ children }: XmlElement): XmlElement[] {
  return children.filter(each => each.kind === 'element')
}

function textOf({ children }: XmlElement): string {
  return children.map(each => (each.kind === 'text' ? each.value : '')).join('')
}

function isNamed(element: XmlElement, namespace: string, local: string): boolean {
  return element.local === local && element.namespace === namespace
}

function attributeOf({ attributes }: XmlElement, local: string): string | undefined {
  return attributes.find(each => each.local === local && each.namespace === '')?.value
}

function bad(expected: string): Failure {
  return new Failure(
    'provider',
    `the answer of the identity provider is not understood: expected ${expected}`,
    'check the url of the connection: it is that of the application for AWS',
  )
}
