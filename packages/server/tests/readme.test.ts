import { readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { demoWorld, startSimulator } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import * as server from '../src/index.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** A configuration file for a simulated AWS; the store is beside it. */
async function configured() {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const file = join(temporaryDirectory(), 'rolecall.yaml')
  const key = demoWorld.accounts[0]?.users?.[0]?.accessKeys?.[0]
  const { stsEndpoint: sts, federationEndpoint: federation, consoleUrl: console } = simulator
  const grant = { groups: ['developers'], account: 'sandbox' }
  const text = {
    publicUrl: 'http://127.0.0.1:8080',
    store: { file: 'rolecall.db' },
    aws: {
      credentials: { source: 'static', accessKeyId: key?.id, secretAccessKey: key?.secret },
      endpoints: { sts, federation, console },
    },
    accounts: { sandbox: { id: '100000000004' } },
    grants: [{ name: 'builders', ...grant, role: 'Developer', duration: '2h' }],
  }
  writeFileSync(file, JSON.stringify(text))
  return { file, simulator }
}

test('the example takes a role, opens its console, and the log has it', async () => {
  const { file, simulator } = await configured()
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  const [, body = ''] = /import \{.*?\} from '@rolecall\/server'\n(.*)/s.exec(code) ?? []
  const run = new Function(
    'createBroker',
    'loadConfig',
    'console',
    `return (async () => {${stripTypeScriptTypes(body)}; return { session, url, broker, alice } })()`,
  )
  const lines: string[] = []
  const { session, url } = await run(
    server.createBroker,
    (name: string) => {
      expect(name).toBe('/etc/rolecall/rolecall.yaml')
      return server.loadConfig(file)
    },
    { log: (line: string) => lines.push(line) },
  )
  expect(lines).toEqual(['sandbox/Developer: group "developers" by grant "builders" (line 1)'])
  expect(session.assumedRoleArn).toBe('arn:aws:sts::100000000004:assumed-role/Developer/alice')
  expect(new URL(url).searchParams.get('Issuer')).toBe('https://tools.example.com/aws')
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(302)
  const asked = simulator
    .calls()
    .map(call => JSON.stringify(call))
    .join('\n')
  expect(asked).toContain('getSigninToken')

  const result = await server.loadConfig(file)
  if (!result.ok) throw new Error('the file was loaded before')
  const store = await server.openStore(result.config.store.file)
  onTestFinished(() => store.close())
  const audit = server.createAudit(store, { now: () => new Date() })
  expect((await audit.recent()).map(({ event }) => [event.type, event.principal])).toEqual([
    ['delivery.console', 'company:alice'],
    ['delivery.credentials', 'company:alice'],
    ['role.taken', 'company:alice'],
  ])
})

test('a broker on an open store leaves it open, and refuses what is not given', async () => {
  const { file } = await configured()
  const result = await server.loadConfig(file)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const store = await server.openStore(':memory:')
  onTestFinished(() => store.close())
  const broker = await server.createBroker({ config: result.config, store })
  const bob = broker.forPrincipal({ username: 'bob', groups: ['developers'] })
  const eve = broker.forPrincipal({ username: 'eve' })
  const [offer] = bob.offers()
  if (offer === undefined) throw new Error('no offer')
  const session = await bob.credentials(offer)
  expect(bob.liveSessions()).toHaveLength(1)
  expect(eve.offers()).toEqual([])
  await expect(eve.credentials(offer)).rejects.toMatchObject({ code: 'access-refused' })
  await expect(eve.consoleUrl(session)).rejects.toMatchObject({ code: 'access-refused' })
  await expect(bob.consoleUrl({ ...session })).rejects.toMatchObject({ code: 'access-refused' })
  await expect(bob.credentials({ account: 'sandbox', role: 'No' })).rejects.toMatchObject({
    code: 'not-found',
  })
  for (const issuer of ['javascript:alert(1)', 'no address', `https://x/${'x'.repeat(2048)}`]) {
    await expect(bob.consoleUrl(session, { issuer })).rejects.toMatchObject({
      code: 'bad-destination',
    })
  }
  await broker.close()
  expect(await store.db.selectFrom('users').selectAll().execute()).toEqual([])
})
