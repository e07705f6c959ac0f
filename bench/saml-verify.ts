import { generateKeyPairSync } from 'node:crypto'
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import { issueResponse, verifyResponse } from '@rolecall/saml'
import { mustEqual, mustRefuse } from './check.ts'
import type { Row } from './row.ts'

const idp = { entityId: 'https://idp.example/saml' }
const sp = {
  entityId: 'https://gateway.example/saml',
  acsUrl: 'https://gateway.example/signin/saml/corp/acs',
}
const roleAttribute = 'https://aws.amazon.com/SAML/Attributes/Role'
const nameId = 'alice@example.com'
const bytes = 8 * 1024

/** A response of 8 KB with 20 roles, RSA-2048 with SHA-256, the assertion signed. */
export const samlVerify: Row = {
  name: 'saml-verify',
  unit: 'responses/s',
  peerName: '@node-saml/node-saml',
  what: 'SAML response verified (8 KB, 20 roles, RSA-2048, assertion signed)',
  prepare: async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = pair.privateKey
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const issuedAt = new Date()
    const xml = issueOf8Kb(key, issuedAt)
    const encoded = Buffer.from(xml).toString('base64')
    const tampered = Buffer.from(xml.replace('role/Team-00', 'role/Admin-0')).toString('base64')

    const options = {
      idp: { entityId: idp.entityId, signingKeys: [publicKey] },
      sp,
      now: issuedAt,
      inResponseTo: null,
      replay: { seen: () => false },
    }
    const ours = (response = encoded) => verifyResponse(response, options)
    const saml = new SAML({
      idpCert: publicKey,
      idpIssuer: idp.entityId,
      issuer: sp.entityId,
      audience: sp.entityId,
      callbackUrl: sp.acsUrl,
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: false,
      validateInResponseTo: ValidateInResponseTo.never,
    })
    const peer = (response = encoded) => saml.validatePostResponseAsync({ SAMLResponse: response })

    const [verified, { profile }] = await Promise.all([ours(), peer()])
    mustEqual('name ID', verified.nameId.value, profile?.nameID)
    const roles = verified.attributes.get(roleAttribute)
    mustEqual('roles', roles?.join(), String(profile?.[roleAttribute]))
    await mustRefuse('a tampered response (ours)', () => ours(tampered))
    await mustRefuse('a tampered response (node-saml)', () => peer(tampered))
    return { ours: () => ours(), peer: () => peer() }
  },
}

function issueOf8Kb(key: Parameters<typeof issueResponse>[1]['key'], now: Date): string {
  const roles = Array.from({ length: 20 }, (_, n) => {
    const account = String(111122223333 + n)
    const name = `Team-${String(n).padStart(2, '0')}`
    return `arn:aws:iam::${account}:role/${name},arn:aws:iam::${account}:saml-provider/Corp`
  })
  const issue = (groups: string[]) =>
    issueResponse(
      {
        idp,
        sp,
        subject: { nameId },
        attributes: {
          [roleAttribute]: roles,
          'https://aws.amazon.com/SAML/Attributes/RoleSessionName': nameId,
          groups,
        },
        now,
        inResponseTo: null,
        lifetimeSeconds: 3600,
      },
      { key, sign: 'assertion' },
    )
  const groups: string[] = []
  while (issue(groups).length < bytes) groups.push(`department-${groups.length}`)
  return issue(groups)
}
