import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  createAuthenticator,
  createVisitor,
  loadWorld,
  oneTimeCode,
  readForm,
  SimulatorError,
  type World,
} from '../src/index.ts'
import { roleArn, runSimulator, testWorld } from './running.ts'

const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const roles = [roleArn('Saml')]

/** What is wrong with a world that is the test world and more. */
async function problemsOf(more: Partial<World>): Promise<readonly string[]> {
  const error = await loadWorld({ ...testWorld, ...more }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(SimulatorError)
  return error instanceof SimulatorError ? error.problems.map(({ key }) => key) : []
}

test('a browser signs in at the Keycloak, in a form after the other', async () => {
  const totp = [{ label: 'Phone', secret: seed }]
  const { simulator, clock } = await runSimulator({
    ...testWorld,
    keycloak: { people: [{ username: 'ann', roles, totp }] },
  })
  const visitor = createVisitor()
  const address = `${simulator.idp.url}/realms/company/protocol/saml/clients/amazon-aws`
  const login = readForm(await visitor.get(address), 'password')
  const typed = { ...login.fields, username: 'ann', password: 'secret of ann' }
  const factor = readForm(await visitor.post(login.action, typed), 'otp')
  const code = { ...factor.fields, otp: oneTimeCode(seed, clock.now()) }
  const response = readForm(await visitor.post(factor.action, code), 'SAMLResponse')
  expect(response.action).toBe('https://signin.aws.amazon.com/saml')
  // The one from before is answered no more.
  const expired = await visitor.post(factor.action, code)
  expect(expired.body).toContain('Restart login cookie not found')
})

test('the identity providers of the README are ones of its world', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const block = (language: string) =>
    new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? ''
  const world = { ...(parse(block('yaml')) as World), ...(parse(block('yml')) as Partial<World>) }
  const people = [{ username: 'ann', password: 'secret' }]
  const { world: loaded } = await loadWorld({ ...world, idp: { people } })
  for (const { people: known } of [loaded.keycloak, loaded.okta, loaded.authentik].flatMap(each =>
    each === undefined ? [] : [each],
  )) {
    const [person] = known.values()
    expect(person?.awsRoles).toHaveLength(1)
  }
  expect([loaded.keycloak, loaded.okta, loaded.authentik]).not.toContain(undefined)
})

test('people, roles and keys that cannot be are told', async () => {
  const { publicKey } = createAuthenticator()
  const securityKeys = [{ id: 'a'.repeat(20), publicKey: `${publicKey.slice(0, -8)}AAAAAAA=` }]
  const people = [
    { username: 'nobody' },
    { username: 'ann', roles: [roleArn('Missing'), 'arn:aws:iam::111122223333:role/app/Broker'] },
    { username: 'ben' },
    { username: 'ben' },
  ]
  expect(await problemsOf({ okta: { people } })).toEqual([
    'okta.people.0.username',
    'okta.people.1.roles.0',
    'okta.people.1.roles.1',
    'okta.people.3.username',
  ])
  const garbled = [{ username: 'ann', securityKeys }]
  expect(await problemsOf({ authentik: { people: garbled } })).toEqual([
    'authentik.people.0.securityKeys.0.publicKey',
  ])
})
