import { createHash } from 'node:crypto'
import { issueResponse, nameIdFormats, newId, statusCodes } from '@rolecall/saml'
import type { Outgoing } from '../http/exchange.ts'
import type { IdpIdentity } from './identity.ts'
import { postPage } from './pages.ts'
import type { IdpSession, PendingRequest } from './sessions.ts'
import type { IdpState } from './state.ts'

/** The page that posts a signed assertion about the session's person to the service provider. */
export function answerPage(
  state: IdpState,
  request: PendingRequest,
  session: IdpSession,
  headers?: Outgoing['headers'],
): Outgoing {
  const { identity } = state
  const { person, authnInstant, until } = session
  // A persistent name is the same at every sign-in and another at every service provider.
  const nameId = createHash('sha256')
    .update(JSON.stringify([identity.entityId, request.spEntityId, person.username]))
    .digest('hex')
  const xml = issueResponse(
    {
      idp: { entityId: identity.entityId },
      sp: { entityId: request.spEntityId, acsUrl: request.acsUrl },
      subject: { nameId, format: nameIdFormats.persistent, spNameQualifier: request.spEntityId },
      attributes: [
        ['uid', person.username],
        ['displayName', person.displayName],
        ...(person.email === undefined ? [] : [['mail', person.email] as const]),
        ...(person.groups.length === 0 ? [] : [['memberOf', person.groups] as const]),
      ],
      now: state.now(),
      inResponseTo: request.inResponseTo,
      authnInstant,
      sessionIndex: newId(),
      sessionNotOnOrAfter: until,
    },
    {
      key: identity.signingKey,
      certificate: identity.certificate,
      sign: 'assertion',
      ...encryptionFor(state, request.spEntityId),
    },
  )
  return posted(request, xml, headers)
}

/** To the first of the service provider's keys for it: the one that it prefers. */
function encryptionFor({ encryptAssertions, providers }: IdpState, spEntityId: string) {
  const key = providers.find(spEntityId)?.metadata.sp?.encryptionCertificates[0]
  return encryptAssertions && key !== undefined ? { encrypt: { key } } : {}
}

/** The page that tells the service provider that nobody is signed in, for a passive request (saml-core 3.4.1). */
export function noPassivePage(identity: IdpIdentity, request: PendingRequest, now: Date): Outgoing {
  const xml = issueResponse(
    {
      idp: { entityId: identity.entityId },
      sp: { entityId: request.spEntityId, acsUrl: request.acsUrl },
      now,
      inResponseTo: request.inResponseTo,
      status: { code: statusCodes.responder, subCode: statusCodes.noPassive },
    },
    { key: identity.signingKey, certificate: identity.certificate, sign: 'response' },
  )
  return posted(request, xml)
}

function posted(request: PendingRequest, xml: string, headers?: Outgoing['headers']): Outgoing {
  return postPage({
    acsUrl: request.acsUrl,
    title: request.title,
    fields: { SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: request.relayState },
    ...(headers === undefined ? {} : { headers }),
  })
}
