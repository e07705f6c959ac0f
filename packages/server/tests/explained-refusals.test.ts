/** A refused SAML answer: the administrator learns everything that is wrong, the person nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answerSaml,
  createBrowser,
  postSaml,
  startGateway,
  startSaml,
  type TestGateway,
} from './gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

const last = async () => (await at.gateway.audit.recent({ limit: 1 }))[0]?.event

test('every check that failed stands in the event, and none on the page', async () => {
  const browser = createBrowser()
  const started = await startSaml(at, browser)
  const xml = answerSaml(at, started, {
    now: new Date(at.clock.now.getTime() - 3_600_000),
    sp: { entityId: 'https://other.example/sp', acsUrl: 'https://other.example/acs' },
  })
  const page = await postSaml(at, browser, xml, started.relayState)
  expect(page.status).toBe(403)
  const event = await last()
  const { detail = {}, code = '' } = event ?? {}
  expect(code).toMatch(/^response\./)
  const all = `${code} ${detail.alsoFailed}`
  for (const each of ['response.destination', 'response.issue-instant', 'assertion.audience']) {
    expect(all).toContain(each)
  }
  expect(detail.alsoFailed).toContain('received https://other.example/sp')
  expect(detail.passed).toMatch(/^\d+ of \d+ checks$/)
  expect(detail.notLookedAt).toContain('decryption')
  expect(page.body).not.toContain('other.example')
  expect(page.body).not.toContain(code)
  expect(JSON.stringify(event)).not.toMatch(/alice|Moreau/)
})

test('what is no XML has nothing to be explained', async () => {
  const browser = createBrowser()
  const started = await startSaml(at, browser)
  await postSaml(at, browser, '<Response', started.relayState)
  const event = await last()
  expect(event?.code).toMatch(/^xml\./)
  expect(event?.detail).not.toHaveProperty('passed')
})

test('a long list of faults is cut', async () => {
  const browser = createBrowser()
  const started = await startSaml(at, browser)
  const entityId = `https://other.example/${'x'.repeat(900)}`
  const xml = answerSaml(at, started, {
    idp: { entityId },
    sp: { entityId, acsUrl: `https://other.example/${'y'.repeat(900)}` },
  })
  await postSaml(at, browser, xml, started.relayState)
  const detail = (await last())?.detail ?? {}
  expect(detail.alsoFailed).toContain('…')
  for (const value of Object.values(detail)) expect(value.length).toBeLessThanOrEqual(1001)
})
