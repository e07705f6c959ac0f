import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createAudit, createDirectory, openStore, verifyChain } from '@rolecall/server'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith, rolecall } from './support/rolecall.ts'

const password = 'correct horse battery'
const config = 'publicUrl: http://localhost:8080\nstore: { file: users.db }\n'

async function storeOf(cwd: string) {
  const store = await openStore(join(cwd, 'users.db'))
  onTestFinished(() => store.close())
  const now = () => new Date()
  return { store, directory: createDirectory(store, { now }), audit: createAudit(store, { now }) }
}

const at = (cwd: string) => ['-c', join(cwd, 'c.yaml')]
const fromInput = ['-c', 'c.yaml', '--password-stdin']

test('add: the user can sign in, and the audit log says who was added by whom', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  const parameters = ['user', 'add', 'alice', ...fromInput, '-g', 'ops', '--group', 'admins']
  const names = ['--email', 'a@example.com', '--display-name', 'Alice A.']
  expect(await rolecall([...parameters, ...names], { cwd, input: `${password}\n` })).toEqual({
    code: 0,
    out: 'added alice (admins, ops)\n',
    err: '',
  })
  const { store, directory, audit } = await storeOf(cwd)
  expect(await directory.verifyPassword('alice', password)).toMatchObject({
    displayName: 'Alice A.',
    email: 'a@example.com',
    groups: ['admins', 'ops'],
  })
  expect(await audit.recent()).toMatchObject([
    {
      event: {
        type: 'user.added',
        result: 'success',
        principal: 'local:alice',
        detail: { by: 'command line', systemUser: expect.any(String) },
      },
    },
  ])
  expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 })
})

test('add --json prints the user, never the password', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  const { code, out } = await rolecall(['user', 'add', 'bob', ...fromInput, '--json'], {
    cwd,
    input: password,
  })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    id: expect.any(String),
    username: 'bob',
    displayName: 'bob',
    groups: [],
  })
})

test('passwd: the new password counts, the old one no longer', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  await rolecall(['user', 'add', 'alice', ...fromInput], { cwd, input: password })
  const changed = await rolecall(['user', 'passwd', 'alice', ...fromInput], {
    cwd,
    input: 'another good password',
  })
  expect(changed).toEqual({ code: 0, out: 'changed the password of alice\n', err: '' })
  const { directory, audit } = await storeOf(cwd)
  expect(await directory.verifyPassword('alice', password)).toBeUndefined()
  expect(await directory.verifyPassword('alice', 'another good password')).toBeDefined()
  expect(await audit.recent({ limit: 1 })).toMatchObject([
    { event: { type: 'user.changed', detail: { what: 'password' } } },
  ])
})

test('disable: no sign-in until enable; both are on record', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  await inProcess(['user', 'add', 'alice', ...at(cwd), '--password-stdin'], password)
  const { directory, audit } = await storeOf(cwd)
  expect(await inProcess(['user', 'disable', 'alice', ...at(cwd)])).toMatchObject({
    code: 0,
    out: 'disabled alice\n',
  })
  expect(await directory.verifyPassword('alice', password)).toBeUndefined()
  await inProcess(['user', 'enable', 'alice', ...at(cwd)])
  expect(await directory.verifyPassword('alice', password)).toBeDefined()
  const facts = { principal: 'local:alice', source: 'local' }
  expect((await audit.recent()).map(({ event }) => event)).toMatchObject([
    { type: 'user.changed', ...facts, detail: { what: 'enabled' } },
    { type: 'user.changed', ...facts, detail: { what: 'disabled' } },
    { type: 'user.added', ...facts },
  ])
  expect(await inProcess(['user', 'disable', 'nobody', ...at(cwd)])).toMatchObject({ code: 5 })
})

test('signout: a name without its source is refused with the form to use', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  const { code, err } = await inProcess(['signout', 'alice', ...at(cwd)])
  expect([code, err]).toEqual([exitCodes.usage.code, expect.stringContaining('SOURCE:USERNAME')])
})

test.each([
  ['a short password', 'short\n', 'fewer than 12 characters'],
  ['no password', '\n', 'no password on standard input'],
  ['two lines', `${password}\n${password}\n`, 'more than one line'],
  ['no text', Uint8Array.of(0xff, 0xfe, 0xfd), 'not UTF-8'],
  ['far too much', 'x'.repeat(100_000), 'too long'],
])('%s is refused with exit code 5 and nothing is added', async (_title, input, message) => {
  const cwd = directoryWith({ 'c.yaml': config })
  const { code, out, err } = await inProcess(
    ['user', 'add', 'alice', ...at(cwd), '--password-stdin'],
    input,
  )
  expect([code, out]).toEqual([exitCodes.refused.code, ''])
  expect(err).toContain(message)
  const { directory } = await storeOf(cwd)
  expect(await directory.list()).toEqual([])
})

test('without its audit event no user is added and no password changed', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  await inProcess(['user', 'add', 'alice', ...at(cwd), '--password-stdin'], password)
  const { directory, audit } = await storeOf(cwd)
  const database = new DatabaseSync(join(cwd, 'users.db'))
  onTestFinished(() => database.close())
  database.exec(`create trigger full before insert on audit_events
    begin select raise(abort, 'disk full'); end`)
  for (const parameters of [
    ['user', 'add', 'mallory'],
    ['user', 'passwd', 'alice'],
  ]) {
    const { code } = await inProcess(
      [...parameters, ...at(cwd), '--password-stdin'],
      'another good password',
    )
    expect(code).not.toBe(0)
  }
  expect((await directory.list()).map(user => user.username)).toEqual(['alice'])
  expect(await directory.verifyPassword('alice', password)).toBeDefined()
  expect(await audit.recent()).toHaveLength(1)
})

test('a name that exists, or reads like one, is refused with exit code 5', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  await rolecall(['user', 'add', 'alice', ...fromInput], { cwd, input: password })
  const again = await rolecall(['user', 'add', 'Alice', ...fromInput], { cwd, input: password })
  expect(again).toEqual({
    code: exitCodes.refused.code,
    out: '',
    err: `rolecall: the user "Alice" reads like "alice", who exists
hint: Choose another name, or change the password of the one that exists.
`,
  })
})

test('passwd of nobody is refused before a password is asked for', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  const { code, err } = await inProcess(['user', 'passwd', 'nobody', ...at(cwd)])
  expect(code).toBe(exitCodes.refused.code)
  expect(err).toContain('there is no user "nobody"')
})

test('without a terminal and without --password-stdin it says what to do', async () => {
  const cwd = directoryWith({ 'c.yaml': config })
  const { code, err } = await rolecall(['user', 'add', 'alice', '-c', 'c.yaml'], { cwd })
  expect(code).toBe(exitCodes.usage.code)
  expect(err).toContain('hint: pipe the password in and add --password-stdin')
})

test('a bad configuration is exit code 3, a database that is none exit code 4', async () => {
  const cwd = directoryWith({ 'c.yaml': 'publicUrl: 1\n' })
  const parameters = ['user', 'add', 'alice', ...fromInput]
  const bad = await rolecall(parameters, { cwd, input: password })
  expect(bad.code).toBe(exitCodes.configuration.code)
  expect(bad.err).toContain('c.yaml:1:12: publicUrl: expected a text, found a number (1)')
  writeFileSync(join(cwd, 'c.yaml'), config)
  writeFileSync(join(cwd, 'users.db'), 'this is not a database, but some other long text\n')
  const store = await rolecall(parameters, { cwd, input: password })
  expect(store.code).toBe(exitCodes.store.code)
  expect(store.err).toContain('rolecall: cannot open the database')
  expect(store.err).toContain('hint: Check `store.file`')
})

test('a note says when local users cannot sign in', async () => {
  const saml = 'signIn: { password: false, saml: [{ id: a, metadata: { url: "https://x" } }] }\n'
  const cwd = directoryWith({ 'c.yaml': config + saml })
  const { code, err } = await inProcess(
    ['user', 'add', 'a', ...at(cwd), '--password-stdin'],
    password,
  )
  expect(code).toBe(0)
  expect(err).toContain('local users cannot sign in')
})
