/** Realms of the suite `keycloak`: people with every factor, the client for AWS, a broker. */
import type { Realm } from '../peers/keycloak.ts'

/** base32 of the seed of RFC 6238, appendix B. */
export const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const account = '444455556666'
const attribute = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

function hardcoded(name: string, value: string) {
  return {
    ...{ name, protocol: 'saml', protocolMapper: 'saml-hardcode-attribute-mapper' },
    config: {
      ...{ 'attribute.name': attribute(name), 'attribute.value': value },
      'attribute.nameformat': 'URI Reference',
    },
  }
}

/** As Keycloak's documentation and AWS's describe it: IdP-initiated, the response by POST, signed. */
const amazon = {
  ...{ clientId: 'urn:amazon:webservices', protocol: 'saml', enabled: true },
  redirectUris: ['https://signin.aws.amazon.com/saml'],
  ...{ fullScopeAllowed: false, defaultClientScopes: [] },
  attributes: {
    saml_idp_initiated_sso_url_name: 'amazon-aws',
    saml_assertion_consumer_url_post: 'https://signin.aws.amazon.com/saml',
    'saml.assertion.signature': 'true',
    'saml.authnstatement': 'true',
    'saml.server.signature': 'true',
    'saml.client.signature': 'false',
    'saml.force.post.binding': 'true',
    saml_name_id_format: 'persistent',
    saml_force_name_id_format: 'true',
  },
  protocolMappers: [
    hardcoded(
      'Role',
      `arn:aws:iam::${account}:role/Admin,arn:aws:iam::${account}:saml-provider/keycloak`,
    ),
    hardcoded('SessionDuration', '7200'),
    {
      ...{ name: 'session', protocol: 'saml', protocolMapper: 'saml-user-property-mapper' },
      config: {
        'user.attribute': 'username',
        'attribute.name': attribute('RoleSessionName'),
        'attribute.nameformat': 'URI Reference',
      },
    },
  ],
}

function user(username: string, more: object = {}, further: readonly object[] = []) {
  return {
    ...{ username, enabled: true, email: `${username}@example.com`, emailVerified: true },
    ...{ firstName: username, lastName: 'Example' },
    credentials: [{ type: 'password', value: `secret of ${username}` }, ...further],
    ...more,
  }
}

const app = {
  ...{ type: 'otp', userLabel: 'Phone', secretData: JSON.stringify({ value: seed }) },
  credentialData: JSON.stringify({
    ...{ subType: 'totp', digits: 6, counter: 0, period: 30 },
    ...{ algorithm: 'HmacSHA1', secretEncoding: 'BASE32' },
  }),
}

const execution = (authenticator: string, requirement: string, priority: number) => ({
  ...{ authenticator, requirement, priority, authenticatorFlow: false, userSetupAllowed: false },
})
const flow = (alias: string, authenticationExecutions: readonly object[], topLevel: boolean) => ({
  ...{ alias, providerId: 'basic-flow', topLevel, builtIn: false, description: '' },
  authenticationExecutions,
})

/** The company, and a partner whose people come through it. */
export function realmsAt(url: string): readonly Realm[] {
  const common = { enabled: true, sslRequired: 'none' }
  const partner = `${url}/realms/partner`
  return [
    {
      ...{ ...common, realm: 'company' },
      users: [
        user('alice'),
        user('bob', {}, [app]),
        user('dora', { enabled: false }),
        user('erin', { requiredActions: ['UPDATE_PASSWORD'] }),
        user('pam', {
          federatedIdentities: [{ identityProvider: 'partner', userId: 'pam', userName: 'pam' }],
        }),
      ],
      clients: [amazon],
      identityProviders: [
        {
          ...{ alias: 'partner', providerId: 'saml', enabled: true },
          config: {
            ...{ entityId: `${url}/realms/company`, idpEntityId: partner, syncMode: 'IMPORT' },
            singleSignOnServiceUrl: `${partner}/protocol/saml`,
            ...{ postBindingAuthnRequest: 'true', postBindingResponse: 'true' },
            nameIDPolicyFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
            validateSignature: 'false',
          },
        },
      ],
    },
    {
      ...{ ...common, realm: 'partner', users: [user('pam')] },
      clients: [
        {
          ...{ clientId: `${url}/realms/company`, protocol: 'saml', enabled: true },
          redirectUris: [`${url}/realms/company/broker/partner/endpoint`],
          fullScopeAllowed: false,
          attributes: {
            ...{ 'saml.client.signature': 'false', 'saml.force.post.binding': 'true' },
            ...{ 'saml.server.signature': 'true', saml_name_id_format: 'username' },
            saml_force_name_id_format: 'true',
          },
        },
      ],
      browserFlow: 'pages',
      authenticationFlows: [
        flow(
          'pages',
          [
            execution('auth-username-form', 'REQUIRED', 10),
            execution('auth-password-form', 'REQUIRED', 20),
          ],
          true,
        ),
      ],
    },
  ]
}
