import { issueResponse, statusCodes } from '@rolecall/saml'
import type { Outgoing } from '../http/exchange.ts'
import type { IdpIdentity } from './identity.ts'
import { nameIdOf } from './name-id.ts'
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
  const { person, authnInstant, until, sessionIndex } = session
  const { value, format, spNameQualifier } = nameIdOf(identity, request.spEntityId, person)
  session.told.add(request.spEntityId)
  const xml = issueResponse(
    {
      idp: { entityId: identity.entityId },
      sp: { entityId: request.spEntityId, acsUrl: request.acsUrl },
      subject: { nameId: value, format, spNameQualifier },
      attributes: [
        ['uid', person.username],
        ['displayName', person.displayName],
        ...(person.email === undefined ? [] : [['mail', person.email] as const]),
        ...(person.groups.length === 0 ? [] : [['memberOf', person.groups] as const]),
      ],
      now: state.now(),
      inResponseTo: request.inResponseTo,
      authnInstant,
      sessionIndex,
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

/** To the first key that the service provider's metadata has for it, if it has one. */
function encryptionFor({ providers }: IdpState, spEntityId: string) {
  const key = providers.find(spEntityId)?.metadata.sp?.encryptionCertificates[0]
  return key === undefined ? {} : { encrypt: { key } }
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
    action: request.acsUrl,
    heading: 'You are signed in',
    title: request.title,
    fields: { SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: request.relayState },
    ...(headers === undefined ? {} : { headers }),
  })
}
