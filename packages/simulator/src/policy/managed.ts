import { type Policy, readPolicy } from './document.ts'

const allow = (...actions: readonly string[]) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
})
const readIam = ['iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport']
const readOrganizations = ['organizations:Describe*', 'organizations:List*']
const readS3 = ['s3:Get*', 's3:List*']

/**
 * AWS's managed policies that the simulator knows, by name, as far as they speak of services that it has. Those whose
 * real text lists hundreds of actions (ReadOnlyAccess, SecurityAudit) are their read actions of these services.
 */
const documents: Readonly<Record<string, readonly unknown[]>> = {
  AdministratorAccess: [allow('*')],
  PowerUserAccess: [
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow('iam:ListRoles', 'organizations:DescribeOrganization'),
  ],
  ReadOnlyAccess: [
    allow(...readIam, ...readOrganizations, ...readS3, 'ec2:Describe*', 'sts:GetAccessKeyInfo'),
  ],
  SecurityAudit: [
    allow(
      ...readIam,
      ...readOrganizations,
      's3:GetBucket*',
      's3:ListAllMyBuckets',
      's3:ListBucket',
      'ec2:Describe*',
      'sts:GetAccessKeyInfo',
    ),
  ],
  IAMFullAccess: [allow('iam:*', ...readOrganizations)],
  IAMReadOnlyAccess: [allow(...readIam)],
  AWSOrganizationsReadOnlyAccess: [allow(...readOrganizations)],
  AmazonS3FullAccess: [allow('s3:*')],
  AmazonS3ReadOnlyAccess: [allow(...readS3)],
  AmazonEC2ReadOnlyAccess: [allow('ec2:Describe*')],
  'job-function/ViewOnlyAccess': [
    allow('iam:List*', 'organizations:List*', 's3:ListAllMyBuckets', 's3:ListBucket'),
  ],
  'job-function/Billing': [allow('organizations:DescribeOrganization')],
}

const read: ReadonlyMap<string, Policy> = new Map(
  Object.entries(documents).map(([name, Statement]) => [
    name,
    readPolicy({ Version: '2012-10-17', Statement }, 'identity').policy,
  ]),
)

/** A managed policy of AWS by its ARN (`arn:aws:iam::aws:policy/ReadOnlyAccess`); `undefined` for one not known. */
export function awsManagedPolicy(arn: string): Policy | undefined {
  const name = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1]
  return name === undefined ? undefined : read.get(name)
}

/** The names known, for the remedy of a problem. */
export const awsManagedPolicyNames: readonly string[] = [...read.keys()]
