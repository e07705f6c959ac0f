import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bindings, readMetadata } from '@rolecall/saml'
import { createServer, loadConfig, openStore } from '@rolecall/server'
import { createVisitor, demoWorld, readForm, startSimulator } from '@rolecall/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/demo/ports.ts'
import { inProcess } from '../support/in-process.ts'
import { directoryWith } from '../support/rolecall.ts'

test('a person of the old gateway signs in at the provider as it is, and opens the old address', async () => {
  const simulator = await startSimulator({ world: demoWorld })
  onTestFinished(() => simulator.close())
  const metadata = await (await fetch(simulator.idp.metadataUrl)).text()
  const [idp] = readMetadata(metadata).entities.flatMap(entity => entity.idp ?? [])
  const sso = idp?.ssoEndpoints.find(({ binding }) => binding === bindings.redirect)
  const url = `http://127.0.0.1:${await freePort()}`
  const directory = directoryWith({
    'config.py': `
session_config = {'session_cookie': 'consurl'}
saml_config = {
    'saml_endpoint': '${sso?.location}',
    'issuer': '${simulator.idp.entityId}',
    'spid': 'URN:awsconsoleurl',
    'certificate': """${idp?.signingCertificates[0]}""",
    'acs_url': '${url}/awscon/saml/acs',
    'user_attr': 'uid',
    'assertions': ['uid', 'groups'],
}
aws_config = {'targets': [
    {'service': 'sandbox', 'role': 'arn:aws:iam::100000000004:role/Developer', 'groups': ['developers']},
    {'service': 'billing', 'role': 'arn:aws:iam::100000000006:role/Billing', 'groups': ['nobody']},
]}
`,
  })
  const out = join(directory, 'rolecall.yaml')
  const imported = await inProcess([
    'import',
    'awscons',
    join(directory, 'config.py'),
    '--out',
    out,
  ])
  expect(imported.code).toBe(0)

  // The simulated provider calls its groups memberOf, and the simulated AWS is not where AWS is.
  const [keys] = demoWorld.accounts[0].users[0].accessKeys
  const { stsEndpoint: sts, federationEndpoint: federation, consoleUrl: console } = simulator
  const text = readFileSync(out, 'utf8')
    .replace('groups: groups', 'groups: memberOf')
    .replace('credentials: {source: default}', 'credentials: {source: environment}')
    .replace('\naws:\n', `\naws:\n  endpoints: ${JSON.stringify({ sts, federation, console })}\n`)
  writeFileSync(out, `${text}\nlisten: {port: ${new URL(url).port}}\n`)
  const env = { AWS_ACCESS_KEY_ID: keys.id, AWS_SECRET_ACCESS_KEY: keys.secret }
  const loaded = await loadConfig(out, { env })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const store = await openStore(':memory:')
  onTestFinished(() => store.close())
  const gateway = await createServer({ config: loaded.config, store, log: false })
  onTestFinished(() => gateway.close())
  await gateway.listen()
  simulator.trustServiceProvider(await (await fetch(`${url}/signin/saml/corp/metadata`)).text())

  const alice = createVisitor()
  const signIn = await alice.get(`${url}/signin/saml/corp?next=/awscon/sandbox`)
  const question = readForm(signIn, 'password')
  const answer = await alice.post(question.action, {
    ...question.fields,
    username: 'alice',
    password: 'alice',
  })
  const response = readForm(answer, 'SAMLResponse')
  expect(response.action).toBe(`${url}/awscon/saml/acs`)
  await alice.post(response.action, response.fields)
  const page = await alice.get(`${url}/awscon/sandbox`)
  expect(page.status).toBe(200)
  expect(page.body).toContain('100000000004')
  expect((await alice.get(`${url}/awscon/billing`)).status).toBe(401)
})
