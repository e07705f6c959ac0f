import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { foreignness } from '../src/control/own-request.ts'
import { startSimulator } from '../src/index.ts'
import { gatewayKeys, roleArn, runSimulator } from './running.ts'
import { runS3, sendRaw, writerKeys } from './s3-client.ts'

const { simulator, send } = await runS3()

test('a call is noted with who signed it and how it went', async () => {
  await send('PUT', '/plain/noted', { body: 'x' })
  const [call] = simulator.calls()
  expect(call).toMatchObject({
    method: 'PUT',
    path: '/plain/noted',
    service: 'S3',
    operation: 'PutObject',
    caller: 'arn:aws:iam::111122223333:user/writer',
    status: 200,
    code: undefined,
    fault: undefined,
  })
  expect(call?.requestId).toMatch(/^[0-9A-F]{16}$/)
  expect(call?.durationMs).toBeGreaterThan(0)
})

test('whose signature is refused is not named', async () => {
  await send('GET', '/plain/x', {
    signing: { credentials: { ...writerKeys, secretAccessKey: 'x' } },
  })
  const [call] = simulator.calls()
  expect(call).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch', caller: undefined })
  await send('HEAD', '/plain/none')
  expect(simulator.calls()[0]).toMatchObject({
    status: 404,
    code: 'NoSuchKey',
    operation: 'HeadObject',
  })
})

test('secrets are masked, whatever carries them', async () => {
  const { simulator: sts } = await runSimulator()
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithSAML',
    Version: '2011-06-15',
    RoleArn: roleArn('Saml'),
    PrincipalArn: roleArn('x'),
    SAMLAssertion: 'PLANTED-assertion',
    WebIdentityToken: 'PLANTED-token',
    TokenCode: 'PLANTED-code',
    NextToken: 'a-place-in-a-list',
  })
  await fetch(sts.stsEndpoint, { method: 'POST', body })
  await fetch(
    `${sts.stsEndpoint}?Action=GetCallerIdentity&X-Amz-Signature=PLANTED-sig&X-Amz-Security-Token=PLANTED-st`,
  )
  const session = JSON.stringify({ sessionKey: 'PLANTED-key' })
  await fetch(
    `${sts.federationEndpoint}?Action=getSigninToken&Session=${encodeURIComponent(session)}`,
  )
  await fetch(sts.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Sso.CreateToken' },
    body: JSON.stringify({
      clientSecret: 'PLANTED',
      deviceCode: 'PLANTED',
      deep: { a: 'PLANTED' },
      clientId: 'id-1',
    }),
  })
  const page = await (await fetch(`${sts.controlUrl}/calls`)).text()
  const json = await (await fetch(`${sts.controlUrl}/calls?format=json`)).text()
  for (const text of [page, json]) {
    expect(text).not.toContain('PLANTED')
    expect(text).toContain('AssumeRoleWithSAML')
    expect(text).toContain('CreateToken')
    expect(text).toContain('a-place-in-a-list')
    expect(text).toContain('id-1')
    expect(text).not.toContain(gatewayKeys.secretAccessKey)
  }
})

test('faults are named, and calls without an answer say so', async () => {
  const id = simulator.faults.add({ connection: 'reset', count: 1 })
  await expect(send('GET', '/plain/x')).rejects.toThrow()
  expect(simulator.calls()[0]).toMatchObject({ status: 0, fault: id, caller: undefined })
})

test('the oldest go when there are more than it keeps', async () => {
  const { simulator: busy } = await runSimulator()
  for (let call = 0; call < 510; call++) await fetch(`${busy.url}/?Action=N${call}`)
  const calls = busy.calls()
  expect(calls).toHaveLength(500)
  expect(calls[0]?.operation).toBe('N509')
  expect(calls[499]?.number).toBe(11)
  expect((await fetch(`${busy.controlUrl}/calls`, { method: 'DELETE' })).status).toBe(204)
  expect(busy.calls()).toEqual([])
})

test('the page needs no script and is fresh on request', async () => {
  await send('GET', '/plain/%3Cb%3E')
  const page = await fetch(`${simulator.controlUrl}/calls`)
  const text = await page.text()
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page.headers.get('refresh')).toBeNull()
  expect(text).not.toContain('<script')
  expect(text).toContain('/plain/%3Cb%3E')
  const live = await fetch(`${simulator.controlUrl}/calls?live`)
  expect(live.headers.get('refresh')).toBe('3')
  const asked = await fetch(`${simulator.controlUrl}/calls`, {
    headers: { accept: 'application/json' },
  })
  expect((await asked.json()).calls.length).toBeGreaterThan(0)
})

const { host } = new URL(simulator.url)
const json = 'application/json'

test.each([
  ['a name that is not this machine’s', 'GET', { host: 'rebound.example' }],
  ['a name that only looks like it', 'GET', { host: '127.0.0.1.rebound.example' }],
  [
    'a page of another origin',
    'POST',
    { host, origin: 'http://evil.example', 'content-type': json },
  ],
  ['a page without origin', 'POST', { host, origin: 'null', 'content-type': json }],
  ['a page on another port', 'POST', { host, origin: 'http://127.0.0.1:1', 'content-type': json }],
  [
    'a page of another site',
    'GET',
    { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ],
  ['a form', 'POST', { host, 'content-type': 'application/x-www-form-urlencoded' }],
  ['text that a form can send', 'POST', { host, 'content-type': 'text/plain' }],
] as const)('the control endpoint refuses %s', async (_, method, headers) => {
  for (const path of ['/_simulator/faults', '/_simulator/calls']) {
    const answer = await sendRaw(simulator, method, path, headers, ['{"latencyMs":1}'])
    expect(answer.status).toBe(403)
  }
  expect(simulator.faults.list()).toEqual([])
})

test('its own page and a visit by a link may look', async () => {
  for (const headers of [
    { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
    { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    { host: `localhost:${new URL(simulator.url).port}` },
  ]) {
    const answer = await sendRaw(simulator, 'GET', '/_simulator/calls', headers)
    expect(answer.status).toBe(200)
  }
})

test('another machine may not, whatever it says', async () => {
  const open = await startSimulator({ host: '0.0.0.0' })
  onTestFinished(() => open.close())
  const { port } = new URL(open.url)
  const ask = (address: string) =>
    sendRaw({ ...open, url: `http://${address}:${port}` }, 'GET', '/_simulator/calls', {
      host: `127.0.0.1:${port}`,
    })
  expect(await ask('127.0.0.1')).toMatchObject({ status: 200 })
  // By an outer address of this machine a request comes in as from another; a sandbox may have none.
  const outer = Object.values(networkInterfaces())
    .flatMap(list => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  for (const { address } of outer) expect(await ask(address)).toMatchObject({ status: 403 })
  const head = { method: 'GET', headers: { host: `127.0.0.1:${port}` }, isLocal: false }
  expect(foreignness(head)).toContain('this machine only')
  expect(foreignness({ ...head, isLocal: true })).toBeUndefined()
})
