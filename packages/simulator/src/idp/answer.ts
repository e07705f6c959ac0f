import { createHash } from 'node:crypto'
import { issueResponse, nameIdFormats, newId, statusCodes } from '@rolecall/saml'
import type { Outgoing } from '../http/exchange.ts'
import type { IdpIdentity } from './identity.ts'
import { postPage } from './pages.ts'
import type { IdpSession, PendingRequest } from './sessions.ts'

/** The page that posts a signed assertion about the session's person to the service provider. */
export function answerPage(
  identity: IdpIdentity,
  request: PendingRequest,
  session: IdpSession,
  now: Date,
  headers?: Outgoing['headers'],
): Outgoing {
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
      now,
      inResponseTo: request.inResponseTo,
      authnInstant,
      sessionIndex: newId(),
      sessionNotOnOrAfter: until,
    },
    { key: identity.signingKey, certificate: identity.certificate, sign: 'assertion' },
  )
  return posted(request, xml, headers)
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
