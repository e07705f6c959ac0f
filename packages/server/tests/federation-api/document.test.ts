/** The examples of docs/federation-api.md, run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/index.ts'
import { serverErrors } from '../../src/index.ts'
import { type FederationGateway, startFederationGateway, web } from './support.ts'

const text = readFileSync(join(import.meta.dirname, '../../../../docs/federation-api.md'), 'utf8')
const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(text) ?? []
const examples = [...text.matchAll(/^\$ curl (-u alice )?"?(https?:[^\s"]+)"?\n(.*)$/gm)].map(
  ([, user, url = '', answer = '']) => ({ isAlice: user !== undefined, url: new URL(url), answer }),
)

let at: FederationGateway
beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-test-'))
  writeFileSync(join(directory, 'c.yaml'), yaml)
  const loaded = await loadConfig(join(directory, 'c.yaml'), { env: {} })
  rmSync(directory, { recursive: true })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { accounts, grants, federationApi, signIn } = loaded.config
  at = await startFederationGateway(config => {
    const { machines } = config.signIn
    if (machines === undefined || signIn.machines === undefined) throw new Error('no machines')
    const here = { networks: machines.networks, nameServers: machines.nameServers }
    return {
      ...config,
      accounts,
      grants,
      federationApi,
      signIn: { ...config.signIn, machines: { ...signIn.machines, ...here } },
    }
  })
})
afterAll(() => at.close())

describe('the examples', () => {
  test('are there', () => {
    expect(examples).toHaveLength(5)
  })

  test.each(examples)('curl $url', async ({ isAlice, url, answer }) => {
    const path = url.pathname + url.search
    const headers = { host: url.host }
    const { body } = isAlice
      ? await at.asAlice(path)
      : await at.send(path, { from: web.address, headers })
    const shown = answer.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^"]+')
    expect(body).toMatch(new RegExp(`^${shown}$`))
  })
})

test('every address of the table answers', async () => {
  const paths = [...text.matchAll(/^\| `(\/[^`]*)` \|/gm)].map(([, path = '']) => path)
  expect(paths).toHaveLength(8)
  for (const path of paths) {
    const own = path.replace('{account}', 'sandbox').replace('{role}', 'Developer')
    const answer = path.startsWith('/meta-data')
      ? await at.send(`/latest${own}`, { from: web.address })
      : await at.asAlice(`/afp-api/latest${own}`)
    expect(answer.status).toBe(200)
  }
})

test('the errors point to it', () => {
  expect(serverErrors['unknown-path'].remedy).toContain('docs/federation-api.md')
})
