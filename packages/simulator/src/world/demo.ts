import type { World } from './schema.ts'

const gateway = 'arn:aws:iam::100000000001:user/rolecall'

const github = 'token.actions.githubusercontent.com'

/** The workflows of the company's repositories may take the role with the token that GitHub gives them. */
function workflowTrust(accountId: string) {
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${github}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { [`${github}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${github}:sub`]: 'repo:acme/*' },
    },
  }
}

function trust(accountId: string, forWorkflows = false) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: gateway },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${accountId}:saml-provider/company` },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } },
      },
      ...(forWorkflows ? [workflowTrust(accountId)] : []),
    ],
  }
}

interface DemoRole {
  readonly name: string
  readonly path?: string
  readonly hours: number
  readonly description: string
  /** Managed policies of AWS, by name. */
  readonly may: readonly string[]
  readonly forWorkflows?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

const managed = (names: readonly string[]) => names.map(name => `arn:aws:iam::aws:policy/${name}`)

/** Lets a gateway read the roles of its account and their tags, as `discovery.roles` of one needs it. */
const reader = (id: string) => ({
  name: 'RolecallReader',
  description: 'Reads roles and their tags, for the gateway itself',
  trust: trust(id),
  policies: [
    {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: ['iam:ListRoles', 'iam:ListRoleTags'], Resource: '*' },
    },
  ],
})

function account(id: string, alias: string, name: string, roles: readonly DemoRole[]) {
  return {
    id,
    alias,
    name,
    email: `${alias}@acme.example`,
    roles: [
      ...roles.map(({ hours, may, forWorkflows, ...role }) => ({
        ...role,
        maxSessionDuration: hours * 3600,
        trust: trust(id, forWorkflows),
        managedPolicies: managed(may),
      })),
      reader(id),
    ],
    samlProviders: [{ name: 'company', metadata: 'idp' }],
    oidcProviders: [{ url: `https://${github}`, clientIds: ['sts.amazonaws.com'] }],
  }
}

const security = account('100000000001', 'acme-security', 'Security', [
  {
    name: 'SecurityAudit',
    path: '/security/',
    hours: 8,
    description: 'Read everything, change nothing',
    may: ['SecurityAudit'],
    tags: { 'rolecall:groups': 'security' },
  },
  {
    name: 'IncidentResponse',
    path: '/security/',
    hours: 4,
    description: 'Isolate and investigate',
    may: ['ReadOnlyAccess', 'AmazonS3FullAccess'],
    tags: { 'rolecall:groups': 'security' },
  },
])

/**
 * A small company to try things with: 6 accounts, 14 roles for people, three people, and those of Identity Center.
 * `alice` is in most groups, `bob` in few, `carol` in none that has to do with AWS; each password is the name.
 * The IAM user `rolecall` of account 100000000001 may assume every role, look at accounts and roles and use S3; `emergency`
 * has a second factor. Their keys are made up and work nowhere else. GitHub's workflows may be `Deploy`. `RolecallReader`
 * of every account lists its roles, and the tag `rolecall:groups` of some says whom they are for.
 * `prod` `Administrator` allows one hour only, so that a longer wish is seen to be cut.
 */
export const demoWorld = {
  accounts: [
    {
      ...security,
      buckets: [{ name: 'acme-artifacts' }],
      users: [
        {
          name: 'rolecall',
          accessKeys: [
            { id: 'AKIAROLECALLDEMOONLY', secret: 'RolecallDemoSecretKeyNotARealAwsKey/0000' },
          ],
          mayAssume: ['arn:aws:iam::*:role/*'],
          managedPolicies: managed(['ReadOnlyAccess', 'AmazonS3FullAccess']),
          policies: [
            {
              Version: '2012-10-17',
              Statement: {
                Effect: 'Allow',
                Action: ['sts:GetFederationToken', 'sts:DecodeAuthorizationMessage'],
                Resource: '*',
              },
            },
          ],
        },
        {
          name: 'emergency',
          accessKeys: [
            { id: 'AKIAEMERGENCYDEMOKEY', secret: 'EmergencyDemoSecretKeyNotARealKey/000000' },
          ],
          mfaDevices: [{ secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }],
          managedPolicies: managed(['ReadOnlyAccess']),
        },
      ],
    },
    account('100000000002', 'acme-prod', 'Production', [
      {
        name: 'Administrator',
        hours: 1,
        description: 'Full access, one hour at a time',
        may: ['AdministratorAccess'],
      },
      { name: 'ReadOnly', hours: 12, description: 'Look at production', may: ['ReadOnlyAccess'] },
      {
        name: 'Deploy',
        path: '/ci/',
        hours: 2,
        description: 'Roll releases out and back',
        may: ['PowerUserAccess'],
        forWorkflows: true,
      },
      {
        name: 'DatabaseOperator',
        hours: 4,
        description: 'Backups, restores and parameters',
        may: ['ReadOnlyAccess', 'AmazonS3FullAccess'],
      },
    ]),
    account('100000000003', 'acme-staging', 'Staging', [
      { name: 'Administrator', hours: 8, description: 'Full access', may: ['AdministratorAccess'] },
      {
        name: 'Developer',
        hours: 12,
        description: 'Services, logs and queues',
        may: ['PowerUserAccess'],
      },
      { name: 'ReadOnly', hours: 12, description: 'Look at staging', may: ['ReadOnlyAccess'] },
    ]),
    account('100000000004', 'acme-sandbox', 'Sandbox', [
      {
        name: 'Administrator',
        hours: 12,
        description: 'Full access; cleaned every night',
        may: ['AdministratorAccess'],
      },
      { name: 'Developer', hours: 12, description: 'Try things out', may: ['PowerUserAccess'] },
    ]),
    account('100000000005', 'acme-data', 'Data platform', [
      {
        name: 'Analyst',
        path: '/data/',
        hours: 12,
        description: 'Query the lake',
        may: ['AmazonS3ReadOnlyAccess'],
        tags: { 'rolecall:groups': 'data' },
      },
      {
        name: 'DataEngineer',
        path: '/data/',
        hours: 8,
        description: 'Pipelines and tables',
        may: ['AmazonS3FullAccess'],
        tags: { 'rolecall:groups': 'data' },
      },
    ]),
    account('100000000006', 'acme-billing', 'Billing', [
      {
        name: 'Billing',
        hours: 8,
        description: 'Invoices, budgets and cost reports',
        may: ['job-function/Billing'],
      },
    ]),
  ],
  organization: { managementAccount: '100000000001' },
  identityCenter: {
    startUrl: 'https://acme.awsapps.com/start',
    permissionSets: [
      {
        name: 'AdministratorAccess',
        description: 'Full access, for four hours',
        sessionDuration: 14_400,
        managedPolicies: managed(['AdministratorAccess']),
      },
      {
        name: 'ReadOnlyAccess',
        description: 'Look, change nothing',
        sessionDuration: 28_800,
        managedPolicies: managed(['ReadOnlyAccess']),
      },
    ],
    assignments: [
      { account: '100000000002', permissionSet: 'ReadOnlyAccess', groups: ['developers'] },
      { account: '100000000004', permissionSet: 'ReadOnlyAccess', groups: ['developers'] },
      { account: '100000000004', permissionSet: 'AdministratorAccess', groups: ['platform'] },
    ],
  },
  idp: {
    people: [
      {
        username: 'alice',
        password: 'alice',
        displayName: 'Alice Moreau',
        email: 'alice@acme.example',
        groups: [
          ...['staff', 'developers', 'platform', 'security', 'data', 'finance'],
          'aws-sandbox-Developer',
        ],
      },
      {
        username: 'bob',
        password: 'bob',
        displayName: 'Bob Okafor',
        email: 'bob@acme.example',
        groups: ['staff', 'developers', 'aws-sandbox-Developer', 'aws-prod-Administrator'],
      },
      {
        username: 'carol',
        password: 'carol',
        displayName: 'Carol Lindqvist',
        email: 'carol@acme.example',
        groups: ['staff'],
      },
    ],
  },
} as const satisfies World
