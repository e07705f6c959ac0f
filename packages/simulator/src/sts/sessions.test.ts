import { expect, test } from 'vitest'
import type { LoadedUser } from '../world/loaded.ts'
import { userCaller } from './caller.ts'
import { awsTime, createSessions } from './sessions.ts'

const account = {
  id: '111122223333',
  partition: 'aws',
  alias: undefined,
  name: undefined,
  email: undefined,
  tags: new Map(),
  state: 'ACTIVE',
} as const
const user: LoadedUser = {
  account,
  name: 'ann',
  arn: 'arn:aws:iam::111122223333:user/ann',
  id: 'AIDAEXAMPLE',
  identity: [],
  tags: new Map(),
  mfaDevices: [],
}

test('credentials end on a full second and are found by their key', () => {
  const sessions = createSessions(() => new Date('2026-01-01T00:00:00.900Z'))
  const session = sessions.open(userCaller(user, { issuedAt: new Date(0), mfaAt: undefined }), 900)
  expect(awsTime(session.expiration)).toBe('2026-01-01T00:15:00Z')
  expect(session.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/)
  expect(sessions.find(session.accessKeyId)).toBe(session)
  expect(sessions.find('ASIAUNKNOWN')).toBeUndefined()
})

test('expired sessions are kept a day, to be told so, and then forgotten', () => {
  let time = Date.parse('2026-01-01T00:00:00Z')
  const sessions = createSessions(() => new Date(time))
  const old = sessions.open(userCaller(user, { issuedAt: new Date(0), mfaAt: undefined }), 900)
  time += 24 * 3600 * 1000
  sessions.open(userCaller(user, { issuedAt: new Date(0), mfaAt: undefined }), 900)
  expect(sessions.find(old.accessKeyId)).toBe(old)
  time += 3600 * 1000
  sessions.open(userCaller(user, { issuedAt: new Date(0), mfaAt: undefined }), 900)
  expect(sessions.find(old.accessKeyId)).toBeUndefined()
})
