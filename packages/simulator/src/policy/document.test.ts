import { expect, test } from 'vitest'
import { readPolicy } from './document.ts'

const principal = { AWS: 'arn:aws:iam::111122223333:root' }

function trust(statement: Record<string, unknown>) {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...statement }],
  }
}

test('a trust policy as the IAM guide prints it is read without a problem', () => {
  const { policy, problems } = readPolicy(
    trust({
      Sid: 'One',
      Principal: {
        AWS: ['111122223333', 'arn:aws:iam::111122223333:user/a/b'],
        Service: 'ec2.amazonaws.com',
      },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: { 'STS:ExternalId': ['a', 'b'] },
        Bool: { 'aws:MultiFactorAuthPresent': true },
      },
    }),
    'trust',
  )
  expect(problems).toEqual([])
  expect(policy.statements[0]?.principals.map(({ kind }) => kind)).toEqual([
    'account',
    'aws',
    'service',
  ])
  expect(policy.statements[0]?.conditions).toHaveLength(2)
})

test.each([
  [
    'unknown operator',
    trust({ Condition: { StringIs: { 'sts:ExternalId': 'x' } } }),
    'Statement.0.Condition.StringIs',
  ],
  [
    'unknown key',
    trust({ Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } }),
    'Statement.0.Condition.StringEquals.aws:SourceVpc',
  ],
  [
    'policy variable of the old version',
    {
      ...trust({ Condition: { StringEquals: { 'sts:RoleSessionName': `$\{aws:username}` } } }),
      Version: '2008-10-17',
    },
    'Version',
  ],
  [
    'set key without set operator',
    trust({ Condition: { StringEquals: { 'aws:TagKeys': 'x' } } }),
    'Statement.0.Condition.StringEquals.aws:TagKeys',
  ],
  [
    'value that is no string',
    trust({ Condition: { StringEquals: { 'sts:ExternalId': [{}] } } }),
    'Statement.0.Condition.StringEquals.sts:ExternalId',
  ],
  ['NotPrincipal', trust({ NotPrincipal: principal }), 'Statement.0.NotPrincipal'],
  ['Resource in a trust policy', trust({ Resource: '*' }), 'Statement.0.Resource'],
  ['other service', trust({ Action: 's3:GetObject' }), 'Statement.0.Action'],
  ['wrong effect', trust({ Effect: 'allow' }), 'Statement.0.Effect'],
  [
    'wildcard in a principal',
    trust({ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }),
    'Statement.0.Principal.AWS',
  ],
  ['missing principal', trust({ Principal: undefined }), 'Statement.0.Principal'],
  ['wrong version', { ...trust({}), Version: '2012-10-18' }, 'Version'],
  ['no statement', { Version: '2012-10-17' }, 'Statement'],
  ['no object', [], ''],
])('names the problem: %s', (_, document, path) => {
  const { problems } = readPolicy(document, 'trust')
  expect(problems.map(problem => problem.path.join('.'))).toEqual([path])
})

test('statements of an identity policy about other services are left out unread', () => {
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'lambda:*',
        Resource: '*',
        Condition: { SomeOperator: { 'lambda:Layer': 'x' } },
      },
      { Effect: 'Allow', Action: ['*'], Resource: '*' },
    ],
  }
  const { policy, problems } = readPolicy(document, 'identity')
  expect(problems).toEqual([])
  expect(policy.statements.map(({ actions }) => actions)).toEqual([['*']])
})
