/** What becomes of a SAML answer that an administrator has in hand: nobody is signed in by it. */
import type { HttpSend } from '@rolecall/aws'
import { explainResponse, parseXml, type ResponseExplanation, SamlError } from '@rolecall/saml'
import type { Config } from '../config/config.ts'
import { ServerError } from '../errors.ts'
import { guardedSend } from '../outgoing/index.ts'
import { expectationsOf } from './saml-expectations.ts'
import { createSamlProvider } from './saml-provider.ts'
import { metadataHosts } from './saml-providers.ts'

/** Which answer, and what it is held against. */
export interface ExplainedAnswer {
  /** The provider's id. */
  readonly provider: string
  /** The form field `SAMLResponse`. */
  readonly response: string
  /** The time at which it is looked at. */
  readonly at: Date
  /** The request that it must answer; null: none; undefined: the one that it names itself. */
  readonly requestId: string | null | undefined
  /** Reads metadata at an address. */
  readonly http?: HttpSend
}

/** The explanation, and the request that was expected. */
export interface AnswerExplanation extends ResponseExplanation {
  readonly requestId: string | null
}

/**
 * Runs every check that the gateway runs on an answer, but those that need its store: whether it was
 * used before, which browser asked, and when, so ForceAuthn is not looked at.
 * Throws `unknown-provider`, `provider-unavailable`.
 */
export async function explainSamlResponse(
  config: Config,
  answer: ExplainedAnswer,
): Promise<AnswerExplanation> {
  const { at, response } = answer
  const found = config.signIn.saml.find(({ id }) => id === answer.provider)
  if (found === undefined) throw new ServerError('unknown-provider', { detail: answer.provider })
  const options = {
    http: guardedSend(answer.http, { fileHosts: metadataHosts([found]) }),
    now: () => at,
    onProblem: () => undefined,
    canSign: () => false,
  }
  const provider = createSamlProvider(found, options)
  try {
    const exchange = {
      provider: found,
      idp: await provider.idp(),
      keys: config.signIn.samlKeys,
      now: at,
    }
    const requestId = answer.requestId === undefined ? namedRequest(response) : answer.requestId
    const request = requestId === null ? undefined : { id: requestId }
    const explanation = await explainResponse(response, expectationsOf(exchange, request))
    return { ...explanation, requestId }
  } finally {
    provider.close()
  }
}

/** The request that an answer says it answers: not verified. */
function namedRequest(response: string): string | null {
  try {
    const { root } = parseXml(Buffer.from(response, 'base64'))
    const found = root.attributes.find(({ name }) => name === 'InResponseTo')?.value
    return found === undefined || found === '' ? null : found
  } catch (error) {
    if (error instanceof SamlError) return null
    throw error
  }
}
