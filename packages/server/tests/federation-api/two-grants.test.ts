/** One role whose console comes by one grant and whose keys by another. */
import { expect, onTestFinished, test } from 'vitest'
import { account, grant } from '../gateway.ts'
import { machines, people, startFederationGateway, web } from './support.ts'

const sandbox = account('sandbox', '100000000004')

test('is one role of a machine, and has both forms', async () => {
  const hosts = {
    machines: { name: 'web01', domains: undefined, preset: undefined, networks: undefined },
  }
  const forms = { console: ['console'], keys: ['credentials'] } as const
  const of = (name: string, over: Parameters<typeof grant>[2]) =>
    grant(sandbox, 'Developer', { name, ...over })
  const at = await startFederationGateway(config => ({
    ...config,
    listen: { ...config.listen, trustedProxies: ['127.0.0.1'] },
    federationApi: config.federationApi.map(mount =>
      mount.for === 'machines' ? { ...mount, plainHttp: true } : mount,
    ),
    grants: [
      of('look', { groups: ['staff'], forms: forms.console, durationSeconds: 7200 }),
      of('work', { groups: ['staff'], forms: forms.keys }),
      of('look-host', { ...hosts, forms: forms.console, durationSeconds: 7200 }),
      of('work-host', { ...hosts, forms: forms.keys }),
    ],
  }))
  onTestFinished(() => at.close())
  const both = await at.asAlice(`${people}/account/sandbox/Developer`, {
    headers: { 'x-forwarded-proto': 'https' },
  })
  expect(JSON.parse(both.body)).toMatchObject({
    Code: 'Success',
    ConsoleUrl: expect.stringContaining('Action=login'),
  })
  const role = await at.send(`${machines}/meta-data/iam/security-credentials/`, {
    from: web.address,
    headers: { host: new URL(at.url).host },
  })
  expect([role.status, role.body]).toEqual([200, 'Developer'])
})
