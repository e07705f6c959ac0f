import { expect, test } from 'vitest'
import { userCaller } from '../sts/caller.ts'
import type { RequestCaller } from '../sts/caller-of.ts'
import type { LoadedUser } from '../world/loaded.ts'
import { authorize, demand } from './authorize.ts'
import { type Policy, readPolicy } from './document.ts'

const home = '111122223333'
const away = '444455556666'
const user: LoadedUser = {
  account: {
    id: home,
    partition: 'aws',
    alias: undefined,
    name: undefined,
    email: undefined,
    tags: new Map(),
    state: 'ACTIVE',
  },
  name: 'ann',
  arn: `arn:aws:iam::${home}:user/ann`,
  id: 'AIDAEXAMPLE',
  identity: [],
  tags: new Map(),
  mfaDevices: [],
}

const read = (statements: readonly unknown[], kind: 'identity' | 'resource'): Policy => {
  const { policy, problems } = readPolicy({ Version: '2012-10-17', Statement: statements }, kind)
  expect(problems).toEqual([])
  return policy
}

function callerWith(statements: readonly unknown[]): RequestCaller {
  const identity = [read(statements, 'identity')]
  const context = new Map([['aws:username', ['ann']]])
  return { ...userCaller({ ...user, identity }), region: 'eu-west-1', context }
}

const file = 'arn:aws:s3:::box/home/ann/file'
const may = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::box/home/$\{aws:username}/*`,
}
const bucket = (accountId: string, principal: unknown, effect = 'Allow') => ({
  arn: file,
  accountId,
  policy: read(
    [{ Effect: effect, Principal: principal, Action: 's3:Get*', Resource: 'arn:aws:s3:::box/*' }],
    'resource',
  ),
})

test.each<[string, RequestCaller, string | ReturnType<typeof bucket>, boolean]>([
  ['an identity policy alone, in the same account', callerWith([may]), file, true],
  ['no policy at all', callerWith([]), file, false],
  [
    'an identity policy alone, over accounts',
    callerWith([may]),
    { ...bucket(away, '*'), policy: read([], 'resource') },
    false,
  ],
  ['both, over accounts', callerWith([may]), bucket(away, { AWS: user.arn }), true],
  ['a bucket policy alone, over accounts', callerWith([]), bucket(away, { AWS: user.arn }), false],
  [
    'a bucket policy that names the user, in the account',
    callerWith([]),
    bucket(home, { AWS: user.arn }),
    true,
  ],
  ['a bucket policy that names the account', callerWith([]), bucket(home, { AWS: home }), false],
  ['a bucket policy that denies', callerWith([may]), bucket(home, '*', 'Deny'), false],
  [
    'a deny in the identity policy',
    callerWith([may, { ...may, Effect: 'Deny', Action: '*' }]),
    bucket(home, '*'),
    false,
  ],
])('%s', (_, caller, resource, expected) => {
  expect(authorize(caller, 's3:GetObject', resource).allowed).toBe(expected)
})

test('nobody is let in over partitions, however open both policies are', () => {
  const open = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const arn = 'arn:aws-cn:s3:::box/file'
  const policy = read([{ ...open, Principal: '*' }], 'resource')
  const asked = (resource: string) =>
    authorize(callerWith([open]), 's3:GetObject', { arn: resource, accountId: away, policy })
  expect(asked(arn).allowed).toBe(false)
  expect(asked(arn.replace('aws-cn', 'aws')).allowed).toBe(true)
})

test('another action, another resource and the keys of the request count', () => {
  const ifPrefix = { StringLike: { 's3:prefix': `$\{aws:username}/*` } }
  const caller = callerWith([
    may,
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::box', Condition: ifPrefix },
  ])
  expect(authorize(caller, 's3:PutObject', file).allowed).toBe(false)
  expect(authorize(caller, 's3:GetObject', 'arn:aws:s3:::box/home/ben/file').allowed).toBe(false)
  const list = (prefix: string) =>
    authorize(caller, 's3:ListBucket', 'arn:aws:s3:::box', new Map([['s3:prefix', [prefix]]]))
  expect([list('ann/a').allowed, list('ben/a').allowed]).toEqual([true, false])
})

test('a no is told in AWS’s words', () => {
  const denied = (caller: RequestCaller, resource: string | ReturnType<typeof bucket>) => {
    try {
      demand(caller, 's3:GetObject', resource)
    } catch (error) {
      return error
    }
    return undefined
  }
  const begin = `User: ${user.arn} is not authorized to perform: s3:GetObject on resource: ${file}`
  expect(denied(callerWith([]), file)).toMatchObject({
    status: 403,
    code: 'AccessDenied',
    wireMessage: `${begin} because no identity-based policy allows the s3:GetObject action`,
  })
  expect(denied(callerWith([may]), bucket(away, { AWS: away }))).toMatchObject({
    wireMessage: `${begin} because no resource-based policy allows the s3:GetObject action`,
  })
  expect(denied(callerWith([may]), bucket(home, '*', 'Deny'))).toMatchObject({
    wireMessage: `${begin} with an explicit deny in a resource-based policy`,
  })
  expect(denied(callerWith([may]), file)).toBeUndefined()
})
