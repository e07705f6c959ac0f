import { type HttpResponse, type HttpSend, httpSend } from '@rolecall/aws'
import { describe, expect, it } from 'vitest'
import { providerOf } from '../../src/providers/index.ts'
import { connectionTo, jumpCloudWorld, partsOf, runWorld } from './world.ts'

const { simulator, clock } = await runWorld()
const jumpCloud = await providerOf('JumpCloud')
const tenant = simulator.jumpCloud
if (tenant === undefined) throw new Error('the world should have a tenant')
const connection = connectionTo(tenant.ssoUrl('aws'))
const browser = (application: string) =>
  `use your own browser for this: rolecall configure -a work --idp-provider Browser --url ${tenant.ssoUrl(application)}`

/** Changes the answer to one request. */
function changed(path: string, change: (answer: HttpResponse) => Partial<HttpResponse>): HttpSend {
  return async request => {
    const answer = await httpSend(request)
    if (new URL(request.url).pathname !== path) return answer
    return { ...answer, ...change(answer) }
  }
}

const signIn = (name: string, application = 'aws', send: HttpSend = httpSend) =>
  jumpCloud.signIn(connectionTo(tenant.ssoUrl(application)), partsOf(name, clock, { send }))

describe('a refusal of JumpCloud', () => {
  it.each([
    ['lou', 'Your account is locked. Contact your administrator.', /unlock/],
    ['sue', 'Your account is suspended.', /activate/],
    ['exa', 'Your password has expired. Change it in the user portal.', /set a new password/],
  ])('of %s is passed on in its own words', async (name, words, hint) => {
    await expect(signIn(name)).rejects.toMatchObject({
      reason: 'signInRefused',
      message: `JumpCloud refused the sign-in: ${words}`,
      hint: expect.stringMatching(hint),
    })
  })

  it('of a policy leads to the browser', async () => {
    await expect(signIn('plain', 'guarded')).rejects.toMatchObject({
      reason: 'signInRefused',
      message: expect.stringContaining('error 4014'),
      hint: browser('guarded'),
    })
    await expect(signIn('plain', 'device')).rejects.toMatchObject({
      reason: 'signInRefused',
      message: expect.stringContaining('it leads to trust.example.net'),
      hint: browser('device'),
    })
    for (const name of ['others', 'nowhere']) {
      await expect(signIn('plain', name)).rejects.toMatchObject({ reason: 'signInRefused' })
    }
  })

  it('that repeats a secret is shown without it, on one harmless line', async () => {
    const body = JSON.stringify({ message: 'No.\u001b[2J secret of plain\nis bad' })
    const send = changed('/userconsole/auth', () => ({ status: 403, body }))
    await expect(signIn('plain', 'aws', send)).rejects.toMatchObject({
      message: 'JumpCloud refused the sign-in: No.\\u{1b}[2J [redacted] is bad',
    })
  })
})

describe('an answer that is none', () => {
  it('is an outage or a firewall, not a wrong password', async () => {
    tenant.setOutage(true)
    const out = signIn('plain')
    await expect(out).rejects.toMatchObject({
      reason: 'provider',
      exitCode: 15,
      message: expect.stringContaining('there is a web page (status 503)'),
      hint: expect.stringContaining('https://status.jumpcloud.com'),
    })
    tenant.setOutage(false)
    for (const change of [
      { status: 200, body: '<html>blocked</html>' },
      { status: 500, body: '{"message":"oops"}' },
      { status: 200, body: '[]' },
    ]) {
      const send = changed('/userconsole/auth', () => change)
      await expect(signIn('plain', 'aws', send)).rejects.toMatchObject({ reason: 'provider' })
    }
    await expect(signIn('thea')).rejects.toMatchObject({
      reason: 'provider',
      hint: 'try again in 30 seconds',
    })
  })

  it('of an application is told by its title', async () => {
    const body = '<title>Maintenance</title><form><input name=q></form>'
    const send = changed('/saml2/aws', () => ({ status: 200, body }))
    await expect(signIn('plain', 'aws', send)).rejects.toMatchObject({
      reason: 'provider',
      message: expect.stringContaining('"Maintenance"'),
    })
  })

  it('sends nobody elsewhere, and no list of applications is no failure', async () => {
    const led = JSON.stringify({ redirectTo: 'https://elsewhere.example.net/saml2/aws' })
    const send = changed('/userconsole/auth', () => ({ body: led }))
    expect((await signIn('plain', 'aws', send)).samlResponse).not.toBe('')
    const listless = changed('/userconsole/api/applications', () => ({ status: 500, body: '' }))
    expect((await signIn('plain', 'aws', listless)).accountNames).toBeUndefined()
  })

  it('of the network names the host', async () => {
    const dead = connectionTo('http://127.0.0.1:1/saml2/aws')
    await expect(jumpCloud.signIn(dead, partsOf('plain', clock))).rejects.toMatchObject({
      reason: 'network',
      exitCode: 13,
      message: expect.stringContaining('127.0.0.1:1'),
    })
  })
})

describe('the token against forged requests', () => {
  it('is taken anew when JumpCloud says that it is stale', async () => {
    let tokens = 0
    const send: HttpSend = async request => {
      const isToken = request.url.endsWith('/userconsole/xsrf')
      const answer = await httpSend(request)
      if (isToken) tokens += 1
      return isToken && tokens === 1 ? { ...answer, body: '{"xsrf":"stale"}' } : answer
    }
    expect((await signIn('plain', 'aws', send)).samlResponse).not.toBe('')
    expect(tokens).toBe(2)
  })

  it('is wanted by the simulated console, with both cookies', async () => {
    const body = JSON.stringify({ email: 'plain@example.com', password: 'secret of plain' })
    const given = await httpSend({
      method: 'GET',
      url: `${tenant.url}/userconsole/xsrf`,
      headers: {},
    })
    const cookies = given.setCookies?.map(line => line.split(';')[0] ?? '') ?? []
    const [, token = ''] = /"xsrf":"([^"]+)"/.exec(given.body) ?? []
    const post = async (headers: Record<string, string>) =>
      (await httpSend({ method: 'POST', url: `${tenant.url}/userconsole/auth`, headers, body }))
        .status
    expect(await post({ 'x-xsrftoken': token, cookie: cookies.join('; ') })).toBe(200)
    expect(await post({ cookie: cookies.join('; ') })).toBe(403)
    expect(await post({ 'x-xsrftoken': token, cookie: cookies[0] ?? '' })).toBe(403)
    expect(await post({ 'x-xsrftoken': token, cookie: cookies[1] ?? '' })).toBe(403)
  })

  it('may ask for a factor with status 200', async () => {
    const { simulator: lenient } = await runWorld({
      ...jumpCloudWorld,
      jumpCloud: { ...jumpCloudWorld.jumpCloud, factorStatus: 200 },
    })
    const url = lenient.jumpCloud?.ssoUrl('aws') ?? ''
    await expect(
      jumpCloud.signIn({ ...connection, url }, partsOf('none', clock)),
    ).rejects.toMatchObject({ reason: 'mfaRefused' })
  })
})
