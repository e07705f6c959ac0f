import { expect, test } from 'vitest'
import { ServerError } from '../errors.ts'
import { verifyPassword } from './password-sources.ts'
import { RefusedBy, SignInRefusal } from './refusals.ts'
import type { PasswordSource } from './sources.ts'

/** What `root` and `alice` come to, and which sources were asked, where one knows its own names. */
async function ask(username: string, order: readonly string[], isDown = false) {
  const asked: string[] = []
  const source = (id: string): PasswordSource => ({
    ...{ id, title: id, basis: undefined, groupsNow: async () => [] },
    ...(id === 'local' ? { owns: async (name: string) => name === 'root' } : {}),
    async verify(typed) {
      asked.push(id)
      if (id !== 'local' && isDown) throw new ServerError('directory-unavailable')
      const known = id === 'local' ? 'root' : 'alice'
      if (typed.username !== known) throw new SignInRefusal('password-wrong', { check: id })
      const person = { displayName: undefined, email: undefined, groups: [], attributes: {} }
      return { ...person, username: known, amr: ['pwd'], basis: 'x' }
    },
  })
  const outcome = await verifyPassword(order.map(source), { username, password: 'x' }).then(
    found => found.source.id,
    error =>
      (error instanceof RefusedBy && error.cause instanceof Error ? error.cause : error).code,
  )
  return [outcome, ...asked]
}

test.each([[['local', 'corp', 'other']], [['corp', 'other', 'local']]])(
  '%j: a source that knows its own names is asked about those, and no other is',
  async order => {
    expect(await ask('root', order)).toEqual(['local', 'local'])
    expect(await ask('alice', order)).toEqual(['corp', 'corp'])
    expect(await ask('nobody', order)).toEqual(['password-wrong', 'corp', 'other'])
    expect(await ask('alice', order, true)).toEqual(['directory-unavailable', 'corp', 'other'])
  },
)

test('the only source is asked about every name', async () => {
  expect(await ask('nobody', ['local'])).toEqual(['password-wrong', 'local'])
  expect(await ask('alice', [])).toEqual(['source-unknown'])
})
