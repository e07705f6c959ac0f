import { type HttpSend, httpSend } from '@rolecall/aws'
import { describe, expect, it } from 'vitest'
import { providerOf } from '../../src/providers/index.ts'
import {
  codeAt,
  connectionTo,
  jumpCloudWorld,
  memory,
  partsOf,
  runWorld,
  scriptedAsk,
} from './world.ts'

const { simulator, clock } = await runWorld()
const jumpCloud = await providerOf('JumpCloud')
const tenant = simulator.jumpCloud
if (tenant === undefined) throw new Error('the world should have a tenant')
const connection = connectionTo(tenant.ssoUrl('aws'))

/** Passes requests on, and keeps their methods and paths. */
function watched(): { readonly send: HttpSend; readonly paths: string[] } {
  const paths: string[] = []
  return {
    paths,
    send: async request => {
      paths.push(`${request.method} ${new URL(request.url).pathname}`)
      return await httpSend(request)
    },
  }
}

/** Somebody with a code signs in, and what they leave behind. */
async function signedIn() {
  clock.forward(60_000)
  const remembered = memory()
  const given = { mfaToken: codeAt(clock.now()) }
  await jumpCloud.signIn({ ...connection, given }, partsOf('tom', clock, { remembered }))
  return remembered
}

describe('a session', () => {
  it('is resumed without password and factor, in three requests', async () => {
    const remembered = await signedIn()
    const { send, paths } = watched()
    const parts = partsOf('tom', clock, { remembered, send })
    const assertion = await jumpCloud.signIn(connection, parts)
    expect(assertion.samlResponse).not.toBe('')
    expect(parts.asked).toEqual([])
    expect(paths.toSorted()).toEqual([
      'GET /saml2/aws',
      'GET /userconsole/api/applications',
      'GET /userconsole/api/self',
    ])
  })

  it('is that of the console, whichever path its cookie is for', async () => {
    const send: HttpSend = async request => {
      const answer = await httpSend(request)
      const setCookies = answer.setCookies?.map(each => each.replace('Path=/', 'Path=/userconsole'))
      return { ...answer, ...(setCookies === undefined ? {} : { setCookies }) }
    }
    const assertion = await jumpCloud.signIn(connection, partsOf('plain', clock, { send }))
    expect(assertion.samlResponse).not.toBe('')
  })

  it('opens the other applications too', async () => {
    const remembered = await signedIn()
    const parts = partsOf('tom', clock, { remembered })
    const other = connectionTo(tenant.ssoUrl('aws-all'))
    expect((await jumpCloud.signIn(other, parts)).accountNames).toBeUndefined()
    expect(parts.asked).toEqual([])
  })

  it('that is over, or of somebody else, is not', async () => {
    const remembered = await signedIn()
    const other = partsOf('plain', clock, { remembered })
    await jumpCloud.signIn({ ...connection, username: 'plain@example.com' }, other)
    expect(other.asked).toEqual([undefined])
    tenant.endSessions()
    const parts = partsOf('plain', clock, { remembered })
    await jumpCloud.signIn(connection, parts)
    expect(parts.asked).toEqual([undefined])
  })

  it('is not kept where sessions are off, and a broken one is passed over', async () => {
    const remembered = memory()
    const parts = partsOf('plain', clock, { remembered })
    await jumpCloud.signIn({ ...connection, disableSessions: true }, parts)
    expect(remembered.texts.has('session')).toBe(false)
    remembered.texts.set('session', '{"console":1}')
    await jumpCloud.signIn(connection, parts)
    expect(parts.asked).toEqual([undefined, undefined])
  })

  it('ends here and there when the person signs out', async () => {
    const remembered = await signedIn()
    const before = new Map(remembered.texts)
    await jumpCloud.signOut?.(connection, partsOf('tom', clock, { remembered }))
    expect(remembered.texts.has('session')).toBe(false)
    const stolen = memory()
    for (const [name, value] of before) stolen.texts.set(name, value)
    const parts = partsOf('plain', clock, { remembered: stolen })
    await jumpCloud.signIn(connection, parts)
    expect(parts.asked).toEqual([undefined])
  })
})

describe('the applications', () => {
  it('are asked for when the URL names none, and the person chooses', async () => {
    const ask = scriptedAsk(['AWS all'])
    await jumpCloud.signIn(connectionTo(tenant.url), partsOf('plain', clock, { ask }))
    expect(ask.shown).toEqual([
      'Which AWS application of JumpCloud?',
      `AWS all; to keep it: rolecall configure -a work --url ${tenant.ssoUrl('aws-all')}`,
    ])
  })

  it('are named when nobody can choose', async () => {
    const signIn = jumpCloud.signIn(connectionTo(`${tenant.url}/`), partsOf('plain', clock))
    await expect(signIn).rejects.toMatchObject({
      reason: 'configuration',
      message: `JumpCloud lists 2 AWS applications: AWS Production ${tenant.ssoUrl('aws')}, AWS all ${tenant.ssoUrl('aws-all')}`,
    })
  })
})

describe('another region', () => {
  it.each(['eu', 'in'])('%s has its own console, whose session its sso host gets', async region => {
    const { jumpCloud: document } = jumpCloudWorld
    const urls = {
      consoleUrl: `https://console.${region}.jumpcloud.com`,
      ssoUrl: `https://sso.${region}.jumpcloud.com`,
    }
    const { simulator: abroad } = await runWorld({
      ...jumpCloudWorld,
      jumpCloud: { ...document, ...urls },
    })
    const hosts = new Set<string>()
    // As a name server and a TLS proxy would: the addresses are JumpCloud's, the machine is this one.
    const send: HttpSend = async request => {
      const url = new URL(request.url)
      hosts.add(url.host)
      return await httpSend({
        ...request,
        url: `${abroad.jumpCloud?.url}${url.pathname}${url.search}`,
      })
    }
    const assertion = await jumpCloud.signIn(
      connectionTo(`${urls.ssoUrl}/saml2/aws`),
      partsOf('plain', clock, { send }),
    )
    expect(assertion.samlResponse).not.toBe('')
    expect([...hosts]).toEqual([new URL(urls.consoleUrl).host, new URL(urls.ssoUrl).host])
  })

  it('or host is named by console_host; an unknown one gets no password', async () => {
    const { port } = new URL(tenant.url)
    const elsewhere = connectionTo(`http://localhost:${port}/saml2/aws`, {
      consoleHost: `127.0.0.1:${port}`,
    })
    const parts = partsOf('plain', clock)
    expect((await jumpCloud.signIn(elsewhere, parts)).samlResponse).not.toBe('')
    for (const url of ['https://sso.jumpcloud.com.example.net/saml2/aws', 'aws']) {
      const strange = partsOf('plain', clock)
      await expect(jumpCloud.signIn(connectionTo(url), strange)).rejects.toMatchObject({
        reason: 'configuration',
      })
      expect(strange.asked).toEqual([])
    }
  })
})
