import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadWorld, startSimulator } from '../src/index.ts'
import { jumpCloudSchema } from '../src/jumpcloud/schema.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const [, section = ''] = /\n## JumpCloud\n(.*?)\n## /s.exec(readme) ?? []
const world = parse(/```yaml\n(.*?)```/s.exec(section)?.[1] ?? '')

/** A session with a password, as the sign-in page begins one. */
async function withPassword(url: string, name: string) {
  const begun = await fetch(`${url}/userconsole/xsrf`)
  const { xsrf } = await begun.json()
  const cookie = begun.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
  const headers = { cookie, 'x-xsrftoken': xsrf, 'content-type': 'application/json' }
  const call = async (path: string, value?: unknown) => {
    const asked = value === undefined ? {} : { method: 'POST', body: JSON.stringify(value) }
    const answer = await fetch(`${url}${path}`, { headers, redirect: 'manual', ...asked })
    const text = await answer.text()
    return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : {} }
  }
  const login = { Context: 'sso', RedirectTo: 'saml2/aws', Email: `${name}@example.com` }
  return { call, answer: await call('/userconsole/auth', { ...login, Password: name, OTP: '' }) }
}

test('the tenant of the README starts; the phone is answered at its control endpoint', async () => {
  const simulator = await startSimulator({ world })
  const url = simulator.jumpCloud?.url ?? ''
  const { call, answer } = await withPassword(url, 'ben')
  expect(answer).toMatchObject({
    status: 401,
    json: {
      message: 'MFA required.',
      factors: [
        { type: 'totp', status: 'unavailable' },
        { type: 'push', status: 'available' },
      ],
    },
  })
  const { json: push } = await call('/userconsole/auth/push', {})
  expect(push).toMatchObject({ status: 'pending' })
  const path = `/userconsole/auth/push/${push.id}`
  expect((await call(`${path}/login`, {})).status).toBe(401)
  const phones = `${url}/_simulator/phones`
  expect(await (await fetch(phones)).json()).toEqual({
    waiting: [{ email: 'ben@example.com', kind: 'push' }],
  })
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ answer: 'accepted', email: 'ben@example.com' })
  const foreign = { ...headers, origin: 'https://elsewhere.example' }
  expect((await fetch(phones, { method: 'POST', headers: foreign, body })).status).toBe(403)
  expect(await (await fetch(phones, { method: 'POST', headers, body })).json()).toEqual({
    answered: 1,
  })
  expect((await call(path)).json).toMatchObject({ status: 'accepted' })
  expect((await call(`${path}/login`, {})).json).toEqual({ redirectTo: `${url}/saml2/aws` })
  expect((await call(`${path}/login`, {})).status).toBe(404)
  expect((await call('/saml2/aws')).text).toContain('name="SAMLResponse"')
  await simulator.close()
})

test('another person cannot use a push, and nobody a password twice as two factors', async () => {
  const simulator = await startSimulator({ world })
  const url = simulator.jumpCloud?.url ?? ''
  const ben = await withPassword(url, 'ben')
  const { json: push } = await ben.call('/userconsole/auth/push', {})
  simulator.jumpCloud?.answer('accepted')
  const cho = await withPassword(url, 'cho')
  expect((await cho.call(`/userconsole/auth/push/${push.id}/login`, {})).status).toBe(404)
  expect((await ben.call('/userconsole/api/self')).status).toBe(401)
  expect((await ben.call('/saml2/aws')).status).toBe(302)
  await simulator.close()
})

test('every key of the world file stands in the README', () => {
  const people = jumpCloudSchema.shape.people.unwrap().element.shape
  const applications = jumpCloudSchema.shape.applications.unwrap().element.shape
  const keys = [people, applications, jumpCloudSchema.shape].flatMap(shape => Object.keys(shape))
  for (const key of keys) expect(section).toMatch(new RegExp(`\\b${key}\\b`))
})

test('what a schema cannot see is a problem of the world, without its secrets', async () => {
  const { jumpCloud } = world
  const wrong = {
    ...world,
    jumpCloud: {
      people: [
        ...jumpCloud.people,
        {
          email: 'ANN@example.com',
          password: 'x',
          securityKeys: [{ id: 'a2V5', publicKey: 'not a key' }],
        },
      ],
      applications: [...jumpCloud.applications, { name: 'aws', label: 'again' }],
    },
  }
  const problems = loadWorld(wrong).catch((error: unknown) => error)
  expect(await problems).toMatchObject({
    code: 'world_invalid',
    problems: [
      { key: 'jumpCloud.people.4.email', message: 'used twice' },
      { key: 'jumpCloud.people.4.securityKeys.0.publicKey' },
      { key: 'jumpCloud.applications.2.name', message: 'used twice' },
    ],
  })
  const { jumpCloud: _, ...without } = world
  await expect(loadWorld(without)).rejects.toMatchObject({
    problems: [{ key: 'jumpCloud', message: 'a SAML provider is of it' }],
  })
  const badSeed = {
    ...world,
    jumpCloud: { people: [{ ...jumpCloud.people[0], totp: 'hidden 1' }] },
  }
  await expect(loadWorld(badSeed)).rejects.not.toThrow(/hidden/)
})
