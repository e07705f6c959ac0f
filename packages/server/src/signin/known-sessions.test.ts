import { expect, test } from 'vitest'
import { person } from '../../tests/support/grants-world.ts'
import { createKnownSessions } from './known-sessions.ts'

function start() {
  const changes: string[] = []
  const seen = { looks: 0 }
  const known = createKnownSessions(
    {
      changed() {
        seen.looks += 1
        return changes.splice(0)
      },
    },
    () => undefined,
  )
  const principal = person()
  const [subject, kind] = [undefined, 'browser' as const]
  const session = { principal, basis: '', subject, kind, createdAt: 0, until: 1, seenAt: 0 }
  known.read('hash').keep(session, 1)
  seen.looks = 0
  return { known, changes, seen, session }
}

test('those who ask together are answered by one look', async () => {
  const { known, seen, session } = start()
  const found = await Promise.all(Array.from({ length: 100 }, () => known.find('hash')))
  expect(new Set(found)).toEqual(new Set([session]))
  expect(seen.looks).toBe(1)
  await known.find('hash')
  expect(seen.looks).toBe(2)
})

test('the look comes after all of them: a change between two is seen by both', async () => {
  const { known, changes, session } = start()
  const first = known.find('hash')
  changes.push(session.principal.id)
  expect(await Promise.all([first, known.find('hash')])).toEqual([undefined, undefined])
})

test('a look that fails answers nobody, and the next one looks again', async () => {
  const failing = { isFailing: true }
  const known = createKnownSessions(
    {
      changed() {
        if (failing.isFailing) throw new Error('no disk')
        return []
      },
    },
    () => undefined,
  )
  await expect(known.find('hash')).rejects.toThrow('no disk')
  failing.isFailing = false
  expect(await known.find('hash')).toBeUndefined()
})
