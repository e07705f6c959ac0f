/** A command line's session ends as a browser's does, with all its tokens, and lasts as long as it may. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createServer, endSessionsOf, openStore } from '../../src/index.ts'
import { endSessionsByLogout } from '../../src/signin/browser-sessions.ts'
import { readNameId } from '../../src/signin/saml-subject.ts'
import {
  answerSaml,
  createBrowser,
  isSignedIn,
  postSaml,
  signedIn,
  startGateway,
  startSaml,
  type TestGateway,
  withProvider,
} from '../gateway.ts'
import { ask, post, refresh, signCommandIn, tokensOf } from './support.ts'

let at: TestGateway
let directory: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-'))
  at = await startGateway(undefined, undefined, join(directory, 'rolecall.db'))
})
afterAll(async () => {
  await at.close()
  rmSync(directory, { recursive: true })
})

/** A person with a command line. */
async function start(username: string) {
  const browser = await signedIn(at, { username })
  return { browser, ...(await signCommandIn(at, browser)) }
}

async function isOver({ access, refresh: token }: { access: string; refresh: string }) {
  const { body } = await refresh(at, token)
  return (await ask(at, access)).status === 401 && body.error === 'invalid_grant'
}

const events = async (principal: string) =>
  (await at.gateway.audit.recent({ limit: 100 }))
    .map(({ event }) => event)
    .filter(one => one.principal === principal)
const lines = async (token: string) => {
  const { body } = await ask(at, token, '/api/v1/sessions')
  return Array.isArray(body.commandLines) ? body.commandLines : []
}

describe('it ends at once', () => {
  test('by `rolecall signout`, from another process', async () => {
    const mine = await start('mia')
    const other = await openStore(join(directory, 'rolecall.db'))
    // Her browser and her command line.
    expect(await endSessionsOf(other, 'company:mia')).toBe(2)
    await other.close()
    expect(await isOver(mine)).toBe(true)
    const left = await at.store.db.selectFrom('oauth_records').select('session_hash').execute()
    const live = await at.store.db.selectFrom('browser_sessions').select('id_hash').execute()
    const known = new Set(live.map(({ id_hash: hash }) => hash))
    expect(left.filter(({ session_hash: hash }) => hash !== null && !known.has(hash))).toEqual([])
  })

  test('by a sign-out that the identity provider asks for', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const xml = answerSaml(at, started, {
      subject: { nameId: 'nina' },
      attributes: { uid: 'nina', memberOf: ['staff'] },
    })
    await postSaml(at, browser, xml, started.relayState)
    const mine = await signCommandIn(at, browser)
    const row = await at.store.db
      .selectFrom('browser_sessions')
      .select(['name_id', 'kind'])
      .where('kind', '=', 'command')
      .orderBy('created_at', 'desc')
      .executeTakeFirstOrThrow()
    const ended = await endSessionsByLogout(at.store, 'company', {
      issuer: at.simulator.idp.entityId,
      nameId: readNameId(row.name_id ?? ''),
      sessionIndexes: [],
    })
    expect(ended).toEqual(['company:nina', 'company:nina'])
    expect(await isOver(mine)).toBe(true)
  })

  test('when its source leaves the configuration, or command lines are switched off', async () => {
    const mine = await start('olaf')
    await at.gateway.reload(withProvider(at, { id: 'other' }))
    await at.gateway.reload(at.config)
    expect(await isOver(mine)).toBe(true)

    const again = await start('olaf')
    await at.gateway.reload({
      ...at.config,
      commandLine: { enabled: false, lifetimeSeconds: 43_200 },
    })
    expect((await ask(at, again.access)).status).toBe(401)
    for (const path of ['/oauth/.well-known/openid-configuration', '/oauth/auth', '/device']) {
      expect((await fetch(`${at.url}${path}`)).status).toBe(404)
    }
    expect((await refresh(at, again.refresh)).status).toBe(404)
    await at.gateway.reload(at.config)
  })

  test('by the command itself, at either address', async () => {
    const one = await start('pia')
    expect((await post(at, '/oauth/token/revocation', { token: one.refresh })).status).toBe(200)
    expect(await isOver(one)).toBe(true)
    const two = await signCommandIn(at, one.browser)
    expect((await post(at, '/oauth/token/revocation', { token: two.access })).status).toBe(200)
    expect(await isOver(two)).toBe(true)
    const three = await signCommandIn(at, one.browser)
    expect((await ask(at, three.access, '/api/v1/signout', { method: 'POST' })).status).toBe(200)
    expect(await isOver(three)).toBe(true)
    expect(await isSignedIn(at, one.browser)).toBe(true)
    const outs = (await events('company:pia')).filter(({ type }) => type === 'signout')
    expect(outs.map(({ reason }) => reason)).toEqual(Array(3).fill('the command line signed out'))
  })

  test('by its person on the page, and by nobody else', async () => {
    const [quin, rosa] = [await start('quin'), await start('rosa')]
    const page = await quin.browser.get(`${at.url}/api/v1/sessions`)
    const [line] = JSON.parse(page.body).commandLines
    expect(line).toMatchObject({
      hostName: 'laptop.example',
      address: '127.0.0.1',
      way: 'loopback',
    })
    const path = `${at.url}/api/v1/command-lines/${line.id}/signout`
    expect((await rosa.browser.postJson(path, {})).status).toBe(404)
    expect((await ask(at, quin.access)).status).toBe(200)
    expect((await quin.browser.postJson(path, {})).status).toBe(200)
    expect(await isOver(quin)).toBe(true)
    expect((await quin.browser.postJson(path, {})).status).toBe(404)
    expect(await lines(rosa.access)).toHaveLength(1)
  })
})

describe('it lasts', () => {
  test('when the browser signs out, or is idle, and at most for its time', async () => {
    const mine = await start('sven')
    await mine.browser.postJson(`${at.url}/api/v1/signout`, {})
    let tokens = tokensOf(await refresh(at, mine.refresh))
    for (let hour = 1; hour < 12; hour += 1) {
      at.clock.advance(3600)
      tokens = tokensOf(await refresh(at, tokens.refresh))
      expect((await ask(at, tokens.access)).status).toBe(200)
    }
    at.clock.advance(3590)
    const answer = await refresh(at, tokens.refresh)
    expect(Number(answer.body.expires_in)).toBeLessThanOrEqual(10)
    at.clock.advance(20)
    expect(await isOver(tokensOf(answer))).toBe(true)
  })

  test('no longer than the identity provider says', async () => {
    const browser = createBrowser()
    const started = await startSaml(at, browser)
    const sessionNotOnOrAfter = new Date(at.clock.now.getTime() + 600_000)
    const xml = answerSaml(at, started, { sessionNotOnOrAfter })
    await postSaml(at, browser, xml, started.relayState)
    const mine = await signCommandIn(at, browser)
    at.clock.advance(590)
    const tokens = tokensOf(await refresh(at, mine.refresh))
    expect((await ask(at, tokens.access)).status).toBe(200)
    at.clock.advance(15)
    expect(await isOver(tokens)).toBe(true)
  })

  test('over a restart, also while it is not known who its provider is', async () => {
    const mine = await start('uma')
    const jwks = async () => (await fetch(`${at.url}/oauth/jwks`)).json()
    const before = await jwks()
    expect(JSON.stringify(before)).not.toContain('"d"')
    await at.gateway.close()
    const [provider] = at.config.signIn.saml
    if (provider === undefined) throw new Error('no provider')
    const lost = { ...provider, metadata: { url: 'http://127.0.0.1:1/metadata' } }
    const next = await createServer({
      config: { ...at.config, signIn: { ...at.config.signIn, saml: [lost] } },
      store: at.store,
      now: () => at.clock.now,
    })
    await next.listen()
    try {
      expect((await ask(at, mine.access)).status).toBe(401)
      const answer = await refresh(at, mine.refresh)
      expect([answer.status, answer.body.error]).toEqual([400, 'temporarily_unavailable'])
      await next.reload(at.config)
      expect((await ask(at, mine.access)).body).toMatchObject({ id: 'company:uma' })
      expect((await ask(at, tokensOf(await refresh(at, mine.refresh)).access)).status).toBe(200)
      expect(await jwks()).toEqual(before)
    } finally {
      await next.close()
    }
  })
})
