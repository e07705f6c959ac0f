import type { RoleView } from '@rolecall/server/api'
import { expect, test } from 'vitest'
import { roleHints } from './role-hints.ts'

const role: RoleView = {
  name: 'Admin',
  arn: 'arn:aws:iam::111122223333:role/Admin',
  grant: 'g',
  reason: 'r',
  durationSeconds: 3600,
  forms: ['console', 'credentials'],
  consoleHref: '/console/prod/Admin',
}

test.each<[Partial<RoleView>, readonly string[]]>([
  [{}, []],
  [{ forms: ['console'] }, ['console only']],
  [{ forms: ['credentials'], region: 'eu-central-1' }, ['keys only', 'eu-central-1']],
  [{ destination: 'https://console.aws.amazon.com/s3/buckets?x=1' }, ['opens /s3/buckets']],
  [
    { destination: 'https://eu-west-1.console.aws.amazon.com' },
    ['opens eu-west-1.console.aws.amazon.com'],
  ],
])('%j', (over, hints) => {
  expect(roleHints({ ...role, ...over })).toEqual(hints)
})
