import { SimulatorError } from '../errors.ts'
import { bodyText, type Incoming, isForm, type Outgoing } from '../http/exchange.ts'
import { isFromHere } from '../http/from-here.ts'
import { jsonAnswer } from '../http/json.ts'
import type { Service } from '../service.ts'
import type { Issuer, MintOptions } from './issuer.ts'
import { jwtAlgorithms } from './jwt.ts'
import { mintPage } from './page.ts'

const base = '/oidc'

/** The simulator's OpenID Connect issuer: discovery, keys, and a place that mints tokens for who asks. */
export const oidcService = (issuer: Issuer, origin: string): Service => ({
  name: 'OpenID Connect issuer',
  matches: ({ path }) => path === base || path.startsWith(`${base}/`),
  handle: request => answer(issuer, origin, request),
})

function answer(issuer: Issuer, origin: string, request: Incoming): Outgoing {
  switch (`${request.method} ${request.path.slice(base.length)}`) {
    case 'GET /.well-known/openid-configuration':
      return jsonAnswer(200, discovery(issuer))
    case 'GET /jwks':
      return jsonAnswer(200, { keys: issuer.jwks() })
    case 'GET ':
      return mintPage({ issuers: issuer.issuers })
    case 'POST ':
      return mintedPage(issuer, request)
    case 'POST /token':
      // A token in hand is a role: a page of another site must not have one made.
      return isFromHere(request, origin)
        ? minted(issuer, request)
        : jsonAnswer(403, { error: 'invalid_request' })
    default:
      return jsonAnswer(404, { error: 'not_found' })
  }
}

/** OpenID Connect Discovery 1.0, section 3: the members that concern who verifies tokens. */
const discovery = ({ url }: Issuer) => ({
  issuer: url,
  jwks_uri: `${url}/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: jwtAlgorithms,
})

function minted(issuer: Issuer, request: Incoming): Outgoing {
  try {
    const body = issuer.mint(readForm(request))
    const headers = {
      'content-type': 'text/plain',
      'content-length': String(body.length),
      'cache-control': 'no-store',
    }
    return { status: 200, headers, body }
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error
    return jsonAnswer(400, { error: 'invalid_request', error_description: error.message })
  }
}

function mintedPage(issuer: Issuer, request: Incoming): Outgoing {
  const { issuers } = issuer
  try {
    return mintPage({ issuers, token: issuer.mint(readForm(request)) })
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error
    return mintPage({ issuers, wrong: error.message })
  }
}

function readForm(request: Incoming): MintOptions {
  const form = new URLSearchParams(isForm(request) ? bodyText(request) : '')
  const given = (name: string): string | undefined => form.get(name) || undefined
  const subject = given('subject')
  if (subject === undefined) throw invalid('subject is missing: a form with the token’s sub')
  const issuer = given('issuer')
  const [first, ...more] = form.getAll('audience').filter(value => value !== '')
  const name = given('algorithm') ?? 'RS256'
  const algorithm = jwtAlgorithms.find(known => known === name)
  if (algorithm === undefined) throw invalid(`algorithm is not one of ${jwtAlgorithms.join(', ')}`)
  const seconds = given('expiresInSeconds') ?? '3600'
  if (!/^-?[0-9]{1,9}$/.test(seconds)) throw invalid('expiresInSeconds is not a whole number')
  return {
    subject,
    algorithm,
    claims: claimsOf(given('claims') ?? '{}'),
    expiresInSeconds: Number(seconds),
    ...(issuer !== undefined && { issuer }),
    ...(first !== undefined && { audience: more.length > 0 ? [first, ...more] : first }),
  }
}

function claimsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(text)
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) {
      return { ...claims }
    }
  } catch {
    // Said below, as for any other value that is no object.
  }
  throw invalid('claims is not a JSON object')
}

const invalid = (message: string) => new SimulatorError('token_invalid', message)
