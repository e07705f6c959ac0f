import { issueResponse } from '@rolecall/saml'

/** What AssumeRoleWithSAML takes, and what the AWS sign-in page takes as `SAMLResponse`. */
export function assertionForAws(
  person: string,
  keyPair: { key: string; certificate: string },
  now: Date,
) {
  const attribute = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
  const account = 'arn:aws:iam::111122223333'
  const xml = issueResponse(
    {
      idp: { entityId: 'https://idp.example.com/saml' },
      sp: { entityId: 'urn:amazon:webservices', acsUrl: 'https://signin.aws.amazon.com/saml' },
      subject: { nameId: person },
      attributes: [
        [attribute('Role'), `${account}:role/reader,${account}:saml-provider/example`],
        [attribute('RoleSessionName'), person],
        [attribute('SessionDuration'), '3600'],
      ],
      now,
    },
    { ...keyPair, sign: 'assertion' },
  )
  return Buffer.from(xml).toString('base64')
}
