/** The sign-in with the person's own browser, in Firefox. */
import assert from 'node:assert/strict'
import { lstatSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { browserProvider } from '@rolecall/cli/browser'
import { startSimulator } from '@rolecall/simulator'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import type { Suite } from './suite.ts'

type SignIn = ReturnType<typeof browserProvider>['signIn']
type Connection = Parameters<SignIn>[0]
type Parts = Parameters<SignIn>[1]

const awsMetadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:amazon:webservices">
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true">
<AssertionConsumerService index="1" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://signin.aws.amazon.com/saml"/>
</SPSSODescriptor></EntityDescriptor>`

/** `npm run interop -- firefox` */
export const firefoxSuite: Suite = {
  name: 'firefox',
  title: "Firefox: the sign-in with the person's own browser",
  packages: ['firefox-esr'],
  run: check =>
    inLifetime(async lifetime => {
      const provider = browserProvider({ moreParameters: [] })
      const state = lifetime.folder('state')
      lifetime.onEnd(() => untilClosed(state))
      const parts = partsIn(state)

      await check('a form is filled in, and the response does not leave', async () => {
        const simulator = await startSimulator()
        lifetime.onEnd(() => simulator.close())
        simulator.trustServiceProvider(awsMetadata)
        const url = `${simulator.idp.url}/sso/start?sp=urn:amazon:webservices`
        const { samlResponse, acsUrl } = await provider.signIn(connectionTo(url, true), parts)
        assert.equal(acsUrl, 'https://signin.aws.amazon.com/saml')
        assert.match(
          Buffer.from(samlResponse, 'base64').toString(),
          /Destination="https:\/\/signin/,
        )
      })

      await check('the largest response is caught whole, on its way to a region', async () => {
        const origin = await startProvider(lifetime)
        const { samlResponse, acsUrl } = await provider.signIn(connectionTo(origin, false), parts)
        assert.equal(acsUrl, 'https://eu-central-1.signin.aws.amazon.com/saml/acs/SAMLSP1')
        assert.equal(samlResponse.length, 99_896)
      })
    }),
}

/** Firefox ends behind the command, and writes into its profile until then. */
async function untilClosed(state: string): Promise<void> {
  const profiles = join(state, 'browser')
  const isOpen = (name: string) =>
    lstatSync(join(profiles, name, 'lock'), { throwIfNoEntry: false }) !== undefined
  for (let waited = 0; waited < 240 && readdirSync(profiles).some(isOpen); waited++) {
    await sleep(250)
  }
}

/** A provider with nothing to ask, whose response is as large as AWS takes it. */
async function startProvider(lifetime: Lifetime): Promise<string> {
  const value = Buffer.from(`<Response>${'x'.repeat(74_900)}</Response>`).toString('base64')
  const page = `<form method="post" action="https://eu-central-1.signin.aws.amazon.com/saml/acs/SAMLSP1">
<input name="SAMLResponse" value="${value}"></form><script>document.forms[0].submit()</script>`
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(page)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  lifetime.onEnd(async () => void server.close())
  const bound = server.address()
  return `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}/`
}

/** Firefox ends behind the command: the next one has a profile of its own here. */
let profiles = 0

const connectionTo = (url: string, autofill: boolean) => {
  profiles += 1
  const profile = `interop-${profiles}`
  const browser = { type: 'firefox', executablePath: undefined, profile, autofill }
  return { name: 'work', url, timeoutMs: 120_000, browser } as unknown as Connection
}

function partsIn(state: string): Parts {
  const kept = new Map<string, string>()
  return {
    ask: { possible: true, waiting: () => ({ done: () => undefined }), tell: () => undefined },
    login: async () => ({ username: 'alice', password: 'alice' }),
    terminal: { env: { ...process.env, ROLECALL_STATE: state } },
    remembered: {
      get: async (name: string) => kept.get(name),
      set: async (name: string, value: string) => void kept.set(name, value),
      delete: async (name: string) => void kept.delete(name),
    },
  } as unknown as Parts
}
