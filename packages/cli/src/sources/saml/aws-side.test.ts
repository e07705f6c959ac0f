import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpSend } from '@rolecall/aws'
import { afterAll, expect, test } from 'vitest'
import { chooseConnection } from '../../connections/choose-connection.ts'
import type { ConnectionFlags } from '../../connections/flags.ts'
import { createSend } from '../../keys/create-send.ts'
import { awsSide, trusting } from './aws-side.ts'

const folder = mkdtempSync(join(tmpdir(), 'rolecall-aws-side-'))
const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'ca.pem')]
execFileSync(
  'openssl',
  [
    ...['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=test', '-newkey', 'ec'],
    ...['-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', keyFile, '-out', caFile],
    ...['-addext', 'subjectAltName=IP:127.0.0.1'],
  ],
  { stdio: 'pipe' },
)
const pair = { key: readFileSync(keyFile), cert: readFileSync(caFile) }
const server = createServer(pair, (_, response) => void response.end('ok'))
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const get = { method: 'GET', url, headers: {} }
const connectionOf = (flags: ConnectionFlags) =>
  chooseConnection({ url, idpProvider: 'Okta', connection: 'w', ...flags }, { HOME: folder })
const parts = { now: () => new Date() }

test('skip_verify takes any certificate of the identity provider, and none of AWS', async () => {
  const connection = await connectionOf({ skipVerify: true })
  const { send, forAws } = createSend(connection, { env: {} })
  expect((await send(get)).body).toBe('ok')
  await expect(forAws(get)).rejects.toMatchObject({ code: 'network' })
  await expect(awsSide(connection, {}, parts).send(get)).rejects.toMatchObject({ code: 'network' })
})

test('ca_file is trusted for both, beside what is trusted already', async () => {
  const connection = await connectionOf({ caFile })
  const { send } = createSend(connection, { env: {} })
  expect((await send(get)).body).toBe('ok')
  expect((await awsSide(connection, {}, parts).send(get)).body).toBe('ok')
  const { ca = [] } = trusting(connection, {})
  expect(ca.length).toBeGreaterThan(50)
  // A bundle of AWS_CA_BUNDLE stays.
  const both = createHttpSend(trusting({ caFile }, { ca: pair.cert.toString() }))
  expect((await both(get)).body).toBe('ok')
})

test('a file that is not there is an error that names it', async () => {
  const connection = await connectionOf({ caFile: join(folder, 'none.pem') })
  expect(() => awsSide(connection, {}, parts)).toThrow(
    expect.objectContaining({
      reason: 'configuration',
      message: expect.stringContaining('ca_file: '),
    }),
  )
  expect(() => createSend(connection, { env: {} })).toThrow(/none\.pem is no file/)
})

test('endpoints and region of the environment', async () => {
  const connection = await connectionOf({})
  const env = {
    AWS_ENDPOINT_URL: 'http://all',
    AWS_ENDPOINT_URL_STS: 'http://sts',
    AWS_REGION: 'eu-west-1',
  }
  expect(awsSide(connection, env, parts)).toMatchObject({
    stsEndpoint: 'http://sts',
    iamEndpoint: 'http://all',
    region: 'eu-west-1',
  })
  const ignoring = { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }
  expect(awsSide(connection, ignoring, parts).stsEndpoint).toBeUndefined()
})
