import { expect, test } from 'vitest'
import { decide as decideOn } from './decide.ts'
import { readPolicy } from './document.ts'

const home = '111122223333'
const other = '444455556666'
const user = `arn:aws:iam::${home}:user/gateway`
const roleIn = (account: string) => `arn:aws:iam::${account}:role/Target`

const trust = (principal: unknown, effect = 'Allow') => ({
  Effect: effect,
  Principal: principal,
  Action: 'sts:AssumeRole',
})
const identity = (effect: string, resource = '*') => ({
  Effect: effect,
  Action: 'sts:*',
  Resource: resource,
})

function decide(options: {
  readonly roleAccount: string
  readonly trust: readonly unknown[]
  readonly identity?: readonly unknown[]
  readonly session?: readonly unknown[]
  readonly action?: string
}): boolean {
  const read = (statements: readonly unknown[], kind: 'trust' | 'identity') => {
    const { policy, problems } = readPolicy({ Version: '2012-10-17', Statement: statements }, kind)
    expect(problems).toEqual([])
    return policy
  }
  return decideOn(
    {
      resource: {
        policy: read(options.trust, 'trust'),
        accountId: options.roleAccount,
        required: true,
      },
      identity: [read(options.identity ?? [], 'identity')],
      session: options.session && [read(options.session, 'identity')],
    },
    {
      requester: { kind: 'aws', partition: 'aws', accountId: home, arns: [user] },
      action: options.action ?? 'sts:AssumeRole',
      resource: roleIn(options.roleAccount),
      context: new Map(),
    },
  ).allowed
}

const root = { AWS: `arn:aws:iam::${home}:root` }
const named = { AWS: user }

test.each([
  ['same account, named: trust is enough', { roleAccount: home, trust: [trust(named)] }, true],
  ['same account, everyone: trust is enough', { roleAccount: home, trust: [trust('*')] }, true],
  [
    'same account, through root: identity must allow',
    { roleAccount: home, trust: [trust(root)] },
    false,
  ],
  [
    'same account, through root and identity',
    { roleAccount: home, trust: [trust(root)], identity: [identity('Allow')] },
    true,
  ],
  ['other account, named only', { roleAccount: other, trust: [trust(named)] }, false],
  [
    'other account, named and identity',
    { roleAccount: other, trust: [trust(named)], identity: [identity('Allow')] },
    true,
  ],
  [
    'other account, account id and identity',
    { roleAccount: other, trust: [trust({ AWS: home })], identity: [identity('Allow')] },
    true,
  ],
  [
    'other account, everyone but no identity',
    { roleAccount: other, trust: [trust({ AWS: '*' })] },
    false,
  ],
  ['identity alone', { roleAccount: other, trust: [], identity: [identity('Allow')] }, false],
  [
    'identity for another role',
    { roleAccount: other, trust: [trust(named)], identity: [identity('Allow', roleIn(home))] },
    false,
  ],
  [
    'identity by pattern',
    {
      roleAccount: other,
      trust: [trust(named)],
      identity: [identity('Allow', 'arn:aws:iam::*:role/T*')],
    },
    true,
  ],
  [
    'root of the role’s own account is not the caller’s',
    { roleAccount: other, trust: [trust({ AWS: other })], identity: [identity('Allow')] },
    false,
  ],
  [
    'root of another partition',
    {
      roleAccount: other,
      trust: [trust({ AWS: `arn:aws-cn:iam::${home}:root` })],
      identity: [identity('Allow')],
    },
    false,
  ],
  [
    'deny in the trust policy',
    { roleAccount: home, trust: [trust(named), trust('*', 'Deny')] },
    false,
  ],
  [
    'deny in the identity policy',
    { roleAccount: home, trust: [trust(named)], identity: [identity('Deny')] },
    false,
  ],
  ['another action', { roleAccount: home, trust: [trust(named)], action: 'sts:TagSession' }, false],
  [
    'session policy that does not allow',
    { roleAccount: home, trust: [trust(named)], session: [] },
    false,
  ],
  [
    'session policy that allows',
    { roleAccount: home, trust: [trust(named)], session: [identity('Allow')] },
    true,
  ],
  ['a provider is not a user', { roleAccount: home, trust: [trust({ Federated: user })] }, false],
  [
    'a service is not a user',
    { roleAccount: home, trust: [trust({ Service: 'ec2.amazonaws.com' })] },
    false,
  ],
])('%s', (_, options, expected) => {
  expect(decide(options)).toBe(expected)
})
