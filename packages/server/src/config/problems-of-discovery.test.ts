/** Each bad `discovery` and exactly what is said about it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { problemsOf } from '../../tests/support/config-problems.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'
import { loadConfig } from './index.ts'

const url = 'publicUrl: https://aws.example.com\n'

test.each<[string, string, string[]]>([
  [
    'nothing',
    'discovery: {}',
    [
      '2:12 discovery (a map): nothing is to be discovered → add `organizations`, `roles` or both, or leave `discovery` out',
    ],
  ],
  [
    'an ARN where a name belongs',
    'discovery: {roles: {role: "arn:aws:iam::111122223333:role/Reader"}}',
    [
      '2:27 discovery.roles.role ("arn:aws:iam::111122223333:role/Reader"): this is not the name of a role → give the name that the role has in every account: `RolecallReader`, `team/Reader`',
    ],
  ],
  [
    'a role of a partition that is not asked',
    'discovery: {organizations: {role: "arn:aws-cn:iam::111122223333:role/Reader"}}',
    [
      '2:35 discovery.organizations.role ("arn:aws-cn:iam::111122223333:role/Reader"): this role is in the partition aws-cn, which `aws.region` is not of → write a role of the partition of `aws.region`',
    ],
  ],
  [
    'a role of no partition',
    'discovery: {organizations: {role: "arn:aws-x:iam::111122223333:role/Reader"}}',
    [
      '2:35 discovery.organizations.role ("arn:aws-x:iam::111122223333:role/Reader"): this is no ARN of a role in a known partition → copy the ARN from the AWS console: `arn:aws:iam::123456789012:role/Name`',
    ],
  ],
  [
    'times that cannot be',
    'discovery: {roles: {role: R, every: 5s, tagsEvery: soon}, keep: 30d}',
    [
      '2:37 discovery.roles.every ("5s"): this time span is out of bounds: 1m to 1d → choose one of 1m to 1d',
      '2:52 discovery.roles.tagsEvery ("soon"): this is not a time span → write seconds as a number, or a number with s, m, h or d: `90s`, `8h`',
      '2:65 discovery.keep ("30d"): this time span is out of bounds: 2m to 7d → choose one of 2m to 7d',
    ],
  ],
  [
    'what is kept for less than two readings',
    'discovery: {organizations: {every: 1h}, roles: {role: R}, keep: 40m}',
    [
      '2:36 discovery.organizations.every ("1h"): this is more than half of `discovery.keep`: one failure would lose what is known → at most 20m, or a longer `discovery.keep`',
      '2:48 discovery.roles.tagsEvery: this is more than half of `discovery.keep`: one failure would lose what is known → at most 20m, or a longer `discovery.keep`',
    ],
  ],
  [
    'an endpoint in the clear',
    'aws: {endpoints: {iam: "http://iam.example.com"}}',
    ['2:24 aws.endpoints.iam ("http://iam.example.com"): http is only for loopback → use https'],
  ],
])('%s', async (_name, text, problems) => {
  expect(await problemsOf(`${url}${text}\n`)).toEqual(problems)
})

test('what the file says is what the gateway works by', async () => {
  const file = join(temporaryDirectory(), 'c.yaml')
  writeFileSync(
    file,
    `${url}discovery:\n  organizations: {exclude: ["111122223333"]}\n  roles: {role: team/Reader, externalId: xy}\n`,
  )
  const result = await loadConfig(file, { env: {} })
  expect(result.ok && result.config.discovery).toEqual({
    organizations: { everyMs: 900_000, tags: true, exclude: ['111122223333'] },
    roles: {
      path: '/team/',
      name: 'Reader',
      externalId: 'xy',
      everyMs: 900_000,
      pathPrefix: '/',
      tags: true,
      tagsEveryMs: 1_800_000,
    },
    keepMs: 7_200_000,
  })
})

test('the example of the document is right', async () => {
  const page = readFileSync(new URL('../../../../docs/accounts.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  expect(example).toContain('discovery:')
  expect(await problemsOf(`${url}${example}`)).toEqual([])
})
