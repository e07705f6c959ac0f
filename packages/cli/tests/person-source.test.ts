import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { openCommand } from '../src/keys/open-command.ts'
import { personSource } from '../src/keys/person-source.ts'
import { chooseRole } from '../src/keys/take-keys.ts'
import { inProcess } from './support/in-process.ts'
import { arn, company, passwordOf, production } from './transcripts/support/company.ts'

vi.setConfig({ testTimeout: 60_000 })

const { machine, secrets } = await company()
const roleArn = arn(production, 'Admin')

/** What serves the role of a person to programs, with what it has said and how often it has sent something. */
async function served(env: Readonly<Record<string, string>>) {
  const lines: string[] = []
  const err = { write: (text: string) => lines.push(text) }
  const terminal = { in: new PassThrough().end(), out: err, err, env }
  const command = await openCommand({ debug: true }, terminal)
  const source = personSource(await chooseRole(roleArn, command), command)
  const sent = () => lines.filter(line => /^debug: #\d+ > [A-Z]+ https?:/.test(line)).length
  const said = () => lines.filter(line => !line.startsWith('debug:')).join('')
  return { source, sent, said, all: () => lines.join('') }
}

test('a refused sign-in is not tried again for programs that ask again, until the person has signed in', async () => {
  const env = machine({ person: 'alice' })
  const wrong = { ...env, ROLECALL_PASSWORD: 'A-wrong-password' }
  const { source, sent, said, all } = await served(wrong)
  const what = {
    code: 'no_credentials',
    message: expect.stringContaining(`rolecall login -a default`),
  }
  await expect(source.get()).rejects.toMatchObject(what)
  const once = sent()
  expect(once).toBeGreaterThan(0)
  for (let at = 0; at < 3; at++) await expect(source.get()).rejects.toMatchObject(what)
  expect(sent()).toBe(once)
  expect(said().split('no new keys of').length).toBe(2)
  const login = await inProcess(['login', 'prod/admin'], '', {
    ...env,
    ROLECALL_PASSWORD: passwordOf('alice'),
  })
  expect(login.code).toBe(0)
  expect((await source.get()).sessionToken).toBeTruthy()
  secrets.expectNone({ all: all() })
})

test('a code is not asked for while a program has the terminal', async () => {
  const env = machine({ person: 'tom', env: { ROLECALL_PASSWORD: passwordOf('tom') } })
  const { source, sent } = await served(env)
  const what = { code: 'no_credentials', message: expect.stringContaining('skip-prompt') }
  await expect(source.get()).rejects.toMatchObject(what)
  const once = sent()
  await expect(source.get()).rejects.toMatchObject({ code: 'no_credentials' })
  expect(sent()).toBe(once)
})
