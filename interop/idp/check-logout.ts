/** What a service provider that does single logout must do with our identity provider. */
import assert from 'node:assert/strict'
import { createVisitor, type Visitor } from '@rolecall/simulator'
import type { RunCheck } from '../suites/suite.ts'
import type { IdentityProvider } from './identity-provider.ts'

/** How a person signs out at a service provider. */
export interface Logout {
  /** Where it sends a browser that wants to be signed out. */
  begin(visitor: Visitor): Promise<string>
  isSignedIn(visitor: Visitor): Promise<boolean>
}

/** Runs the checks; `signIn` signs a browser in under a name. */
export async function checkLogout(
  check: RunCheck,
  idp: IdentityProvider,
  { name, logout }: { readonly name: string; readonly logout: Logout },
  signIn: (visitor: Visitor, nameId: string) => Promise<unknown>,
): Promise<void> {
  async function signedIn() {
    const visitor = createVisitor({ follow: false })
    // A name of its own each time: mod_auth_mellon finds one session for a name.
    await signIn(visitor, `alice-${idp.received.length}`)
    const session = [...idp.logout.sessions].at(-1)
    assert(session !== undefined && (await logout.isSignedIn(visitor)))
    return { visitor, session }
  }

  await check(`${name} asks for logout: we end its session, and it takes our answer`, async () => {
    const { visitor, session } = await signedIn()
    await visitor.get(await logout.begin(visitor), { follow: true })
    assert(!idp.logout.sessions.has(session))
    assert(!(await logout.isSignedIn(visitor)))
  })
  await check(`${name} ends its session when we ask, and says so`, async () => {
    const { visitor, session } = await signedIn()
    const asked = idp.logout.ask(session, idp.signingKey)
    const page = await visitor.get(asked, { follow: true })
    assert.equal(page.status, 200, page.body)
    assert.equal(idp.logout.outcomes.at(-1), 'complete')
    assert(!(await logout.isSignedIn(visitor)))
  })
  await check(`${name} ends nothing when another key asks`, async () => {
    const { visitor, session } = await signedIn()
    await visitor.get(idp.logout.ask(session, idp.stranger), { follow: true })
    assert(await logout.isSignedIn(visitor))
  })
}
