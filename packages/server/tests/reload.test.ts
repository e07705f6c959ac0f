import { readAuthnRequest } from '@rolecall/saml'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config, SamlProviderConfig } from '../src/index.ts'
import { createBrowser, signedIn, startGateway, type TestGateway } from './gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

const titleNow = async () =>
  JSON.parse((await createBrowser().get(`${at.url}/api/v1/signin`)).body).title

/** The configuration as the file would give it with that `publicUrl`. */
function movedTo(publicUrl: string, over: Partial<SamlProviderConfig> = {}): Config {
  const saml = at.config.signIn.saml.map(provider => ({
    ...provider,
    acsUrl: `${publicUrl}/signin/saml/company/acs`,
    spEntityId: `${publicUrl}/signin/saml/company/metadata`,
    ...over,
  }))
  return { ...at.config, publicUrl, signIn: { ...at.config.signIn, saml } }
}

test('a configuration that cannot be recorded does not count', async () => {
  const browser = await signedIn(at)
  const { db } = at.store
  await sql`create trigger full before insert on audit_events
    begin select raise(abort, 'the disk is full'); end`.execute(db)
  const signIn = { ...at.config.signIn, saml: [] }
  const reload = at.gateway.reload({ ...at.config, title: 'Unrecorded', grants: [], signIn })
  await expect(reload).rejects.toMatchObject({ code: 'audit-unavailable' })
  await sql`drop trigger full`.execute(db)
  expect(await titleNow()).toBe('Test')
  const roles = await browser.get(`${at.url}/api/v1/roles`)
  expect(roles.status).toBe(200)
  expect(roles.body).toContain('Administrator')
})

test('a new public address waits for a restart, and so do the addresses made from it', async () => {
  const needsRestart = await at.gateway.reload({
    ...movedTo('https://moved.example'),
    title: 'Moved',
  })
  expect(needsRestart).toEqual(['publicUrl'])
  expect(await titleNow()).toBe('Moved')

  const metadata = (await createBrowser().get(`${at.url}/signin/saml/company/metadata`)).body
  expect(metadata).toContain(`"${at.url}/signin/saml/company/acs"`)
  expect(metadata).not.toContain('moved.example')
  const { location } = await createBrowser().get(`${at.url}/signin/saml/company`)
  const query = new URL(location ?? '').search.slice(1)
  expect(await readAuthnRequest({ binding: 'redirect', query })).toMatchObject({
    issuer: `${at.url}/signin/saml/company/metadata`,
    acsUrl: `${at.url}/signin/saml/company/acs`,
  })
  await signedIn(at)
  await at.gateway.reload(at.config)
})

test('an entityID of one’s own choice is taken at once', async () => {
  await at.gateway.reload(movedTo('https://moved.example', { spEntityId: 'urn:example:gateway' }))
  const metadata = (await createBrowser().get(`${at.url}/signin/saml/company/metadata`)).body
  expect(metadata).toContain('entityID="urn:example:gateway"')
  await at.gateway.reload(at.config)
})
