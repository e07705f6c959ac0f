import type { World } from '../src/index.ts'

export const main = '111122223333'
export const other = '444455556666'
export const issuer = 'https://token.example.com/workflows'
export const issuerName = 'token.example.com/workflows'
/** base32 of the seed of RFC 6238, appendix B. */
export const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const device = `arn:aws:iam::${main}:mfa/ann`

export const adminKeys = {
  accessKeyId: 'AKIACOMPANYADMIN0001',
  secretAccessKey: 'test-secret-of-the-admin-000000000000000',
}
export const annKeys = {
  accessKeyId: 'AKIACOMPANYANN000001',
  secretAccessKey: 'test-secret-of-ann-000000000000000000000',
}
export const auditorKeys = {
  accessKeyId: 'AKIACOMPANYAUDIT0001',
  secretAccessKey: 'test-secret-of-the-auditor-0000000000000',
}
export const strangerKeys = {
  accessKeyId: 'AKIACOMPANYOTHER0001',
  secretAccessKey: 'test-secret-of-the-stranger-000000000000',
}
export const arnOf = (name: string, account = main) => `arn:aws:iam::${account}:role/${name}`

const key = (keys: { accessKeyId: string; secretAccessKey: string }) => ({
  id: keys.accessKeyId,
  secret: keys.secretAccessKey,
})
const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const trust = (principal: unknown, action: unknown, condition?: unknown) =>
  document({
    Effect: 'Allow',
    Principal: principal,
    Action: action,
    ...(condition === undefined ? {} : { Condition: condition }),
  })
const provider = { Federated: `arn:aws:iam::${main}:oidc-provider/${issuerName}` }
const web = 'sts:AssumeRoleWithWebIdentity'
const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`

/** Two accounts of one organization, with an issuer, second factors, SAML and permission sets. */
export const companyWorld = {
  accounts: [
    {
      id: main,
      alias: 'acme-main',
      name: 'Main',
      email: 'main@acme.example',
      users: [
        {
          name: 'admin',
          accessKeys: [key(adminKeys)],
          managedPolicies: [aws('AdministratorAccess')],
        },
        {
          name: 'ann',
          accessKeys: [key(annKeys)],
          mfaDevices: [{ secret: seed }, { serial: 'GAHT12345678', secret: seed }],
          mayAssume: ['*'],
          policies: [
            document({
              Effect: 'Allow',
              Action: 'iam:ListRoles',
              Resource: '*',
              Condition: {
                Bool: { 'aws:MultiFactorAuthPresent': 'true' },
                NumericLessThan: { 'aws:MultiFactorAuthAge': '600' },
              },
            }),
          ],
        },
        {
          name: 'auditor',
          accessKeys: [key(auditorKeys)],
          managedPolicies: [aws('SecurityAudit'), `arn:aws:iam::${main}:policy/own/NoTags`],
        },
      ],
      policies: [
        {
          name: 'NoTags',
          path: '/own/',
          document: document({ Effect: 'Deny', Action: 'iam:ListRoleTags', Resource: '*' }),
        },
        {
          name: 'OnlyTeam',
          document: document({ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' }),
        },
      ],
      roles: [
        {
          name: 'Workflow',
          description: 'for <workflows> & co',
          tags: { Team: 'core', Stage: 'prod' },
          maxSessionDuration: 7200,
          trust: trust(provider, [web, 'sts:TagSession', 'sts:SetSourceIdentity'], {
            StringEquals: { [`${issuerName}:aud`]: ['sts.amazonaws.com', 'second'] },
            StringLike: { [`${issuerName}:sub`]: 'repo:acme/*' },
          }),
          mayAssume: ['*'],
          managedPolicies: [aws('ReadOnlyAccess')],
        },
        { name: 'Untagged', trust: trust(provider, web) },
        {
          name: 'Strong',
          path: '/ops/',
          trust: trust(provider, web, {
            'ForAnyValue:StringEquals': { [`${issuerName}:amr`]: 'mfa' },
          }),
        },
        {
          name: 'WithFactor',
          path: '/ops/',
          trust: trust({ AWS: `arn:aws:iam::${main}:user/ann` }, 'sts:AssumeRole', {
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
            NumericLessThanEquals: { 'aws:MultiFactorAuthAge': '3600' },
          }),
          managedPolicies: [aws('AdministratorAccess')],
        },
        {
          name: 'NextHop',
          trust: trust({ AWS: arnOf('Workflow') }, [
            'sts:AssumeRole',
            'sts:TagSession',
            'sts:SetSourceIdentity',
          ]),
          maxSessionDuration: 43_200,
        },
        {
          name: 'OfTeam',
          trust: trust(
            { AWS: arnOf('Workflow') },
            ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
            { StringEquals: { 'aws:PrincipalTag/Team': 'web' } },
          ),
        },
        {
          name: 'Uploaded',
          trust: trust(
            { Federated: `arn:aws:iam::${main}:saml-provider/company` },
            'sts:AssumeRoleWithSAML',
          ),
        },
      ],
      samlProviders: [{ name: 'company', metadata: 'idp' }],
      oidcProviders: [{ url: issuer, clientIds: ['sts.amazonaws.com', 'second'] }],
    },
    {
      id: other,
      name: 'Other',
      state: 'PENDING_CLOSURE',
      users: [
        {
          name: 'stranger',
          accessKeys: [key(strangerKeys)],
          managedPolicies: [aws('AdministratorAccess')],
        },
      ],
      roles: [{ name: 'Elsewhere', trust: trust({ AWS: main }, 'sts:AssumeRole') }],
    },
    { id: '777788889999', name: 'Third', state: 'CLOSED' },
  ],
  organization: { id: 'o-acme000000', managementAccount: main },
  identityCenter: {
    startUrl: 'https://acme.awsapps.com/start',
    permissionSets: [
      { name: 'Admin', managedPolicies: [aws('AdministratorAccess')] },
      { name: 'Look', managedPolicies: [aws('ReadOnlyAccess')], sessionDuration: 7200 },
    ],
    assignments: [
      { account: main, permissionSet: 'Look', groups: ['staff'] },
      { account: main, permissionSet: 'Admin', people: ['ann'] },
      { account: other, permissionSet: 'Look', people: ['ann'] },
    ],
  },
  idp: {
    people: [
      { username: 'ann', password: 'secret of ann', groups: ['staff'] },
      { username: 'ben', password: 'secret of ben', groups: ['staff'] },
      { username: 'cho', password: 'secret of cho' },
    ],
  },
} as const satisfies World
