/** The walk of the README, from a service provider of this test through the IdP and back. */
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { bindings, buildAuthnRequest, buildMetadata, verifyResponse } from '@rolecall/saml'
import { expect, test } from 'vitest'
import { createVisitor, type Page, readForm, type Simulator, startSimulator } from '../src/index.ts'

/** The README's example as a function, asking `url` in place of its own address. */
async function exampleOf(url: string): Promise<() => Promise<Page>> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const example = [...readme.matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code = '']) => code)
    .find(code => code.includes('createVisitor'))
  if (example === undefined) throw new Error('the README has no example of a visitor')
  const body = example.replace(/^import .*$/m, '').replace('http://127.0.0.1:8080', url)
  const walk = new Function(
    'createVisitor',
    'readForm',
    `return (async () => {${body}\nreturn home})()`,
  )
  return () => walk(createVisitor, readForm)
}

test('the walk of the README ends signed in', async () => {
  const simulator = await startSimulator()
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    server.on('request', serviceProvider(url, simulator))
    const walk = await exampleOf(url)
    expect(await walk()).toMatchObject({ status: 200, body: 'signed in: alice', url: `${url}/` })
  } finally {
    server.close()
    await simulator.close()
  }
})

/** Sends a visitor to the IdP, takes the answer at `/acs` and says at `/` whose session the cookie is. */
function serviceProvider(url: string, { idp, trustServiceProvider }: Simulator): RequestListener {
  const sp = { entityId: url, acsUrl: `${url}/acs` }
  const acsEndpoints = [{ binding: bindings.post, location: sp.acsUrl, index: 0 }]
  trustServiceProvider(buildMetadata({ entityId: url, sp: { acsEndpoints } }))
  const now = new Date()
  const request = buildAuthnRequest({ sp, idp: { ssoUrl: idp.ssoUrl }, binding: 'redirect', now })
  return async (incoming, outgoing) => {
    if (incoming.url === '/signin/saml/company') {
      outgoing.writeHead(302, { location: request.url }).end()
    } else if (incoming.url === '/acs') {
      const fields = new URLSearchParams(await text(incoming))
      const response = await verifyResponse(fields.get('SAMLResponse') ?? '', {
        idp: { entityId: idp.entityId, signingKeys: [idp.certificate] },
        sp,
        now: new Date(),
        inResponseTo: request.id,
        replay: { seen: () => false },
      })
      const cookie = `who=${response.attributes.get('uid')}; Path=/`
      outgoing.writeHead(303, { location: '/', 'set-cookie': cookie }).end()
    } else {
      outgoing.end(incoming.headers.cookie?.replace('who=', 'signed in: '))
    }
  }
}
