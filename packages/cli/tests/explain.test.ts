import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../src/exit-codes.ts'
import { inProcess } from './support/in-process.ts'
import { directoryWith } from './support/rolecall.ts'

const file = `publicUrl: http://localhost:8080
store: {file: db}
accounts: {prod: {id: "111122223333"}}
grants:
  - {name: ops, groups: [ops], account: prod, role: Admin}
  - {name: night, users: [eve], account: prod, role: Admin, when: "network.inside('10.0.0.0/8')"}
`

function start() {
  const cwd = directoryWith({ 'c.yaml': file })
  return (...words: string[]) => inProcess(['explain', ...words, '-c', join(cwd, 'c.yaml')])
}

test('yes: which grant and line gives it, and where the groups come from', async () => {
  const explain = start()
  const { code, out, err } = await explain('alice', 'prod/Admin', '--group', 'ops')
  expect(code).toBe(0)
  expect(out).toMatch(/^yes: one role\n/)
  expect(out).toContain('"ops" (line 5)')
  expect(err).toContain('groups from the command line; ops')
})

test('no: a code of its own, and what would be needed', async () => {
  const { code, out, err } = await start()('corp:alice', 'prod/Admin')
  expect(code).toBe(exitCodes.notGranted.code)
  expect(out).toMatch(/^no: prod\/Admin is not given\n/)
  expect(out).toContain('"ops" (line 5)')
  expect(err).toContain('corp:alice: nobody of this name is known here')
})

test('the address decides where a condition looks at it', async () => {
  const explain = start()
  expect((await explain('eve', 'prod/Admin', '--address', '10.1.2.3')).code).toBe(0)
  expect((await explain('eve', 'prod/Admin', '--address', '192.0.2.1')).code).toBe(9)
})

test('an address that nobody gave is neither inside nor outside', async () => {
  const { code, out } = await start()('eve', 'prod/Admin')
  expect([code, out]).toEqual([
    9,
    expect.stringContaining('the address of the client is not known'),
  ])
})

test('a machine, by its name', async () => {
  const cwd = directoryWith({
    'c.yaml': `publicUrl: https://aws.example.com
store: {file: db}
signIn: {machines: {domains: [rz.example.com], networks: [10.0.0.0/8]}}
accounts: {prod: {id: "111122223333"}}
grants:
  - {name: web, machines: {name: "(?<role>[a-z]+)\\\\d+", networks: [10.1.0.0/16]}, account: prod}
`,
  })
  const explain = (...words: string[]) =>
    inProcess(['explain', ...words, '-c', join(cwd, 'c.yaml')])
  const inside = await explain('WEB1.rz.example.com', 'prod/web', '--address', '10.1.2.3')
  expect([inside.code, inside.err]).toEqual([
    0,
    'machines:web1.rz.example.com: a machine, if DNS confirms the name; no groups\n',
  ])
  const outside = await explain('web1.rz.example.com', 'prod/web', '--address', '10.2.2.3')
  expect([outside.code, outside.out]).toEqual([9, expect.stringContaining('"10.2.2.3" is not in')])
  const person = await explain('corp:web1.rz.example.com', 'prod/web', '--address', '10.1.2.3')
  expect([person.code, person.out]).toEqual([9, expect.stringContaining('it is for machines')])
})

test('a local user has the groups of the directory', async () => {
  const cwd = directoryWith({ 'c.yaml': file })
  const at = ['-c', join(cwd, 'c.yaml')]
  const added = ['user', 'add', 'carol', ...at, '--group', 'ops', '--password-stdin']
  expect((await inProcess(added, 'correct horse battery\n')).code).toBe(0)
  const { code, out, err } = await inProcess(['explain', 'carol', ...at, '--json'])
  expect([code, err]).toEqual([0, ''])
  expect(JSON.parse(out)).toMatchObject({
    allowed: true,
    principal: {
      id: 'local:carol',
      groups: ['ops'],
      knownFrom: 'a local user, with the groups of the directory',
    },
    offers: [{ roleName: 'Admin' }],
  })
})

test.each([
  [['alice', 'prod/team/Admin'], 'prod/team/Admin is no role'],
  [['alice', '--at', 'soon'], 'soon is no time'],
  [['alice', '--address', 'here'], 'here is no address'],
  [['alice', '--attribute', 'x'], 'x is no attribute'],
])('%j is a wrong command line', async (words, message) => {
  const { code, err } = await start()(...words)
  expect(code).toBe(2)
  expect(err).toContain(message)
})
