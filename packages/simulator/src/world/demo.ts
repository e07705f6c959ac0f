import type { World } from './schema.ts'

const gateway = 'arn:aws:iam::100000000001:user/rolecall'

function trust(accountId: string) {
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
    ],
  }
}

interface DemoRole {
  readonly name: string
  readonly path?: string
  readonly hours: number
  readonly description: string
}

function account(id: string, alias: string, name: string, roles: readonly DemoRole[]) {
  return {
    id,
    alias,
    name,
    roles: roles.map(({ hours, ...role }) => ({
      ...role,
      maxSessionDuration: hours * 3600,
      trust: trust(id),
    })),
    samlProviders: [{ name: 'company', metadata: 'idp' }],
  }
}

const security = account('100000000001', 'acme-security', 'Security', [
  {
    name: 'SecurityAudit',
    path: '/security/',
    hours: 8,
    description: 'Read everything, change nothing',
  },
  {
    name: 'IncidentResponse',
    path: '/security/',
    hours: 4,
    description: 'Isolate and investigate',
  },
])

const s3Policy = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
}

/**
 * A small company to try things with: 6 accounts, 14 roles, three people.
 * `alice` is in most groups, `bob` in few, `carol` in none that has to do with AWS; each password is the name.
 * The IAM user `rolecall` of account 100000000001 may assume every role and use S3; its keys are made up and work nowhere else.
 * `prod` `Administrator` allows one hour only, so that a longer wish is seen to be cut.
 */
export const demoWorld = {
  accounts: [
    {
      ...security,
      users: [
        {
          name: 'rolecall',
          accessKeys: [
            { id: 'AKIAROLECALLDEMOONLY', secret: 'RolecallDemoSecretKeyNotARealAwsKey/0000' },
          ],
          mayAssume: ['arn:aws:iam::*:role/*'],
          policies: [s3Policy],
        },
      ],
      buckets: [{ name: 'acme-artifacts' }],
    },
    account('100000000002', 'acme-prod', 'Production', [
      { name: 'Administrator', hours: 1, description: 'Full access, one hour at a time' },
      { name: 'ReadOnly', hours: 12, description: 'Look at production' },
      { name: 'Deploy', path: '/ci/', hours: 2, description: 'Roll releases out and back' },
      { name: 'DatabaseOperator', hours: 4, description: 'Backups, restores and parameters' },
    ]),
    account('100000000003', 'acme-staging', 'Staging', [
      { name: 'Administrator', hours: 8, description: 'Full access' },
      { name: 'Developer', hours: 12, description: 'Services, logs and queues' },
      { name: 'ReadOnly', hours: 12, description: 'Look at staging' },
    ]),
    account('100000000004', 'acme-sandbox', 'Sandbox', [
      { name: 'Administrator', hours: 12, description: 'Full access; cleaned every night' },
      { name: 'Developer', hours: 12, description: 'Try things out' },
    ]),
    account('100000000005', 'acme-data', 'Data platform', [
      { name: 'Analyst', path: '/data/', hours: 12, description: 'Query the lake' },
      { name: 'DataEngineer', path: '/data/', hours: 8, description: 'Pipelines and tables' },
    ]),
    account('100000000006', 'acme-billing', 'Billing', [
      { name: 'Billing', hours: 8, description: 'Invoices, budgets and cost reports' },
    ]),
  ],
  idp: {
    people: [
      {
        username: 'alice',
        password: 'alice',
        displayName: 'Alice Moreau',
        email: 'alice@acme.example',
        groups: ['staff', 'developers', 'platform', 'security', 'data', 'finance'],
      },
      {
        username: 'bob',
        password: 'bob',
        displayName: 'Bob Okafor',
        email: 'bob@acme.example',
        groups: ['staff', 'developers'],
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
