import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bindings, buildMetadata } from '@rolecall/saml'
import { expect, test } from 'vitest'
import { faultSchema } from '../src/faults/schema.ts'
import { startSimulator } from '../src/index.ts'
import { awsManagedPolicyNames } from '../src/policy/managed.ts'
import { s3Operations } from '../src/s3/service.ts'

test('the world file of the README starts', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const world = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const folder = await mkdtemp(join(tmpdir(), 'simulator-readme-'))
  try {
    const file = join(folder, 'world.yaml')
    await writeFile(file, world)
    const location = 'https://gateway.example.com/acs'
    const metadata = buildMetadata({
      entityId: 'https://gateway.example.com',
      sp: { acsEndpoints: [{ binding: bindings.post, location, index: 0 }] },
    })
    await writeFile(join(folder, 'gateway-metadata.xml'), metadata)
    const simulator = await startSimulator({ world: { file } })
    expect(simulator.world.accounts).toHaveLength(2)
    const mint = /simulator\.oidc\.mint\((\{.*?\n\})\)/s.exec(readme)?.[1] ?? ''
    const named = mint.match(/(?:issuer|subject): '[^']+'/g) ?? []
    const [issuer = '', subject = ''] = named.map(pair => pair.split("'")[1] ?? '')
    const token = simulator.oidc.mint({ issuer, subject })
    const answer = await fetch(simulator.stsEndpoint, {
      method: 'POST',
      body: new URLSearchParams({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: 'arn:aws:iam::444455556666:role/ci/Deploy',
        RoleSessionName: 'readme',
        WebIdentityToken: token,
      }),
    })
    expect(answer.status).toBe(200)
    await simulator.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the faults of the README can be made, and every key of a fault stands in its table', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const simulator = await startSimulator()
  const examples = [...readme.matchAll(/^curl "\$faults" .* -d '(.*)'/gm)]
  expect(examples).toHaveLength(6)
  for (const [, body = ''] of examples) {
    const headers = { 'content-type': 'application/json' }
    const url = `${simulator.url}/_simulator/faults`
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201)
  }
  await simulator.close()
  const table = /\| key \| what \|\n(.*?)\n\n/s.exec(readme)?.[1] ?? ''
  const named = table.split('\n').flatMap(row => row.split('|')[1]?.match(/\w+/g) ?? [])
  expect(named.sort()).toEqual(Object.keys(faultSchema.shape).sort())
})

test('the operations of S3 that the README names are those that there are', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const section = /## S3\n\n(.*?); anything else/s.exec(readme)?.[1] ?? ''
  const named = [...section.matchAll(/`(\w+)`/g)].map(([, name]) => name)
  expect(named.sort()).toEqual(Object.keys(s3Operations).sort())
})

test('the README names the managed policies that there are', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, list = ''] = /AWS's managed policies it knows (.*?), each/s.exec(readme) ?? []
  expect([...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual(awsManagedPolicyNames)
})

test('a port that is taken is named', async () => {
  const first = await startSimulator()
  const port = Number(new URL(first.url).port)
  await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'listen_failed' })
  await expect(startSimulator({ idpPort: port })).rejects.toMatchObject({ code: 'listen_failed' })
  await first.close()
  await expect(fetch(first.url)).rejects.toThrow()
})

test('provider metadata that cannot be read is a problem of the world', async () => {
  const world = {
    accounts: [{ id: '111122223333', samlProviders: [{ name: 'a', metadata: '<x/>' }] }],
  }
  await expect(startSimulator({ world })).rejects.toMatchObject({ code: 'world_invalid' })
})
