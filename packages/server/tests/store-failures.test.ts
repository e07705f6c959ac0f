import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { demoWorld } from '@rolecall/simulator'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createBrowser, signedIn, startGateway } from './gateway.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

const unchanged: Parameters<typeof startGateway>[0] = config => config
const codeOf = (body: string): string => JSON.parse(body).error.code

async function start() {
  const file = join(temporaryDirectory(), 'rolecall.db')
  const at = await startGateway(unchanged, demoWorld, file)
  onTestFinished(() => at.close())
  return { at, file }
}

test('when the database file is deleted, nothing leaves and the gateway is not healthy', async () => {
  const { at, file } = await start()
  const alice = await signedIn(at)
  const keys = () => alice.postJson(`${at.url}/api/v1/roles/prod/ReadOnly/credentials`, {})
  expect((await keys()).status).toBe(200)
  rmSync(file)
  const answer = await keys()
  expect([answer.status, codeOf(answer.body)]).toEqual([503, 'audit-unavailable'])
  const health = await fetch(`${at.url}/healthz`, { headers: { accept: 'application/json' } })
  expect([health.status, codeOf(await health.text())]).toEqual([503, 'store-unavailable'])
  await expect(signedIn(at)).rejects.toThrow('sign-in failed: 503')
})

test('when the database can only be read, what needs writing says so', async () => {
  const { at } = await start()
  await sql`pragma query_only = on`.execute(at.store.db)
  const headers = { accept: 'application/json' }
  const answer = await createBrowser().get(`${at.url}/signin/saml/company`, { headers })
  expect([answer.status, codeOf(answer.body)]).toEqual([503, 'store-unavailable'])
  await sql`pragma query_only = off`.execute(at.store.db)
  await signedIn(at)
})
