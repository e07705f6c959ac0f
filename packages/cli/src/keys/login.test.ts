import { expect, test } from 'vitest'
import type { SearchingAsk } from '../ask/create-ask.ts'
import { chooseConnection } from '../connections/choose-connection.ts'
import { Failure } from '../failure.ts'
import { memoryVault } from '../vault/memory-vault.ts'
import type { Vault } from '../vault/vault.ts'
import { createLogin, passwordName } from './login.ts'

/** A person who types these answers, and what they were told. */
function person(answers: readonly string[]) {
  const left = [...answers]
  const told: string[] = []
  const next = async ({ message }: { message: string }) => {
    told.push(message)
    const answer = left.shift()
    if (answer === undefined) throw new Failure('cannotAsk', `nobody answers ${message}`)
    return answer
  }
  const no = async (): Promise<never> => {
    throw new Error('not a question of a login')
  }
  const ask: SearchingAsk = {
    possible: answers.length > 0,
    ...{ text: next, password: next, code: no, choice: no, confirm: no, search: no },
    waiting: () => ({ done() {} }),
    tell: text => told.push(text),
  }
  return { ask, told }
}

async function loginOf(
  answers: readonly string[],
  {
    env = {},
    vault = memoryVault(),
    url = 'https://sso.example/app',
  }: { env?: Record<string, string>; vault?: Vault; url?: string } = {},
) {
  const flags = { url, idpProvider: 'JumpCloud' }
  const connection = await chooseConnection(flags, { HOME: '/nowhere', ...env })
  const { ask, told } = person(answers)
  const secrets: string[] = []
  const learn = (more: readonly string[]) => secrets.push(...more)
  const login = createLogin(connection, { ask, vault: async () => vault, learn })
  return { login, told, secrets, vault, connection }
}

test('what is given goes before what is kept, and neither is asked for', async () => {
  const env = { ROLECALL_USERNAME: 'alice', ROLECALL_PASSWORD: 'given' }
  const { login, told, secrets, vault, connection } = await loginOf([], { env })
  await vault.set(passwordName(connection, 'alice'), 'kept')
  expect(await login.ask()).toEqual({ username: 'alice', password: 'given' })
  expect([told, secrets, await login.keep()]).toEqual([[], ['given'], undefined])
})

test('what a person typed is kept after the sign-in, once, and found by the next command', async () => {
  const first = await loginOf(['alice', 'typed'])
  expect(await first.login.ask()).toEqual({ username: 'alice', password: 'typed' })
  expect(await first.vault.get(passwordName(first.connection, 'alice'))).toBeUndefined()
  expect(await first.login.keep()).toBe(first.vault.place)
  expect(await first.login.keep()).toBeUndefined()
  const second = await loginOf([], { vault: first.vault })
  expect(await second.login.ask()).toEqual({ username: 'alice', password: 'typed' })
})

test('a kept password that is refused is forgotten, and the person asked', async () => {
  const { login, told, vault, connection } = await loginOf(['new'], {
    env: { ROLECALL_USERNAME: 'alice' },
  })
  await vault.set(passwordName(connection, 'alice'), 'old')
  expect((await login.ask()).password).toBe('old')
  expect((await login.ask({ reason: 'refused' })).password).toBe('new')
  expect(told).toEqual(['refused', 'Password of alice:'])
  expect(await vault.get(passwordName(connection, 'alice'))).toBeUndefined()
})

test('a kept password that is refused where nobody can be asked is not tried again', async () => {
  const env = { ROLECALL_USERNAME: 'alice' }
  const { login, vault, connection } = await loginOf([], { env })
  await vault.set(passwordName(connection, 'alice'), 'old')
  await login.ask()
  const refused = { reason: 'signInRefused', message: 'no' }
  await expect(login.ask({ reason: 'no' })).rejects.toMatchObject(refused)
  expect(await vault.get(passwordName(connection, 'alice'))).toBeUndefined()
})

test('a given password that is refused takes nothing from what is kept', async () => {
  const env = { ROLECALL_USERNAME: 'alice', ROLECALL_PASSWORD: 'given' }
  const { login, vault, connection } = await loginOf(['typed'], { env })
  await vault.set(passwordName(connection, 'alice'), 'kept')
  await login.ask()
  expect((await login.ask({ reason: 'refused' })).password).toBe('typed')
  expect(await vault.get(passwordName(connection, 'alice'))).toBe('kept')
})

test('what is kept for one host is not shown to another under the same name', async () => {
  const env = { ROLECALL_USERNAME: 'alice' }
  const first = await loginOf(['typed'], { env })
  await first.login.ask()
  await first.login.keep()
  const same = await loginOf([], { env, vault: first.vault, url: 'https://sso.example/other' })
  expect((await same.login.ask()).password).toBe('typed')
  for (const url of [
    'https://sso2.example/app',
    'https://sso.example:8443/app',
    'https://evil.example/',
  ]) {
    const other = await loginOf(['other'], { env, vault: first.vault, url })
    expect(other.connection.name).toBe(first.connection.name)
    expect((await other.login.ask()).password).toBe('other')
  }
})

test('where nobody can be asked, and after three, the refusal stands', async () => {
  const env = { ROLECALL_USERNAME: 'alice', ROLECALL_PASSWORD: 'given' }
  const alone = await loginOf([], { env })
  await alone.login.ask()
  const refused = { reason: 'signInRefused', message: 'no' }
  await expect(alone.login.ask({ reason: 'no' })).rejects.toMatchObject(refused)
  const { login } = await loginOf(['1', '2', '3', '4'], { env: { ROLECALL_USERNAME: 'alice' } })
  await login.ask()
  for (const password of ['2', '3']) {
    expect((await login.ask({ reason: 'no' })).password).toBe(password)
  }
  await expect(login.ask({ reason: 'no' })).rejects.toMatchObject(refused)
})

test('of two people whose passwords are kept neither is taken for the other', async () => {
  const { login, told, vault, connection } = await loginOf(['bob', 'typed'])
  await vault.set(passwordName(connection, 'alice'), 'hers')
  await vault.set(passwordName(connection, 'carol'), 'hers too')
  expect(await login.ask()).toEqual({ username: 'bob', password: 'typed' })
  expect(told).toEqual(['Username:', 'Password of bob:'])
})
