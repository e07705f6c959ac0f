import { httpSend, StsClient } from '@rolecall/aws'
import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/connections/connection.ts'
import { providerOf } from '../../src/providers/index.ts'
import type { SignInParts } from '../../src/providers/provider.ts'
import {
  codeAt,
  connectionTo,
  memory,
  partsOf,
  production,
  role,
  runWorld,
  scriptedAsk,
} from './world.ts'

const { simulator, clock } = await runWorld()
const jumpCloud = await providerOf('JumpCloud')
const tenant = simulator.jumpCloud
if (tenant === undefined) throw new Error('the world should have a tenant')
const url = tenant.ssoUrl('aws')

const signIn = (parts: SignInParts, more: Partial<Connection> = {}) =>
  jumpCloud.signIn(connectionTo(url, more), parts)

describe('a sign-in at JumpCloud', () => {
  it('gives a response that AWS takes, and the name of its one account', async () => {
    const assertion = await signIn(partsOf('plain', clock))
    expect(assertion.acsUrl).toBe('https://signin.aws.amazon.com/saml')
    expect(assertion.accountNames).toEqual(new Map([[production, 'Production']]))
    const sts = new StsClient({ region: 'us-east-1', endpoint: simulator.stsEndpoint })
    const taken = await sts.assumeRoleWithSaml({
      roleArn: role(production, 'Admin'),
      principalArn: `arn:aws:iam::${production}:saml-provider/JumpCloud`,
      samlAssertion: assertion.samlResponse,
    })
    expect(taken.assumedRoleUser.arn).toContain('Admin/plain@example.com')
  })

  it('asks for the password again when it was refused, three times at most', async () => {
    const parts = partsOf('plain', clock, { ask: scriptedAsk(['unused']) })
    const wrong = { username: 'plain@example.com', password: 'hidden-guess' }
    const sent: unknown[] = []
    const login = async (again?: { readonly reason: string }) => {
      sent.push(again?.reason)
      return sent.length < 2 ? wrong : { ...wrong, password: 'secret of plain' }
    }
    await signIn({ ...parts, login })
    expect(sent).toEqual([undefined, 'JumpCloud did not take the username or the password'])
    const never = signIn({ ...parts, login: async () => wrong, remembered: memory() })
    await expect(never).rejects.toMatchObject({ reason: 'signInRefused', exitCode: 10 })
    await expect(never).rejects.not.toThrow(/hidden/)
    const alone = partsOf('plain', clock, { login: async () => wrong })
    await expect(signIn(alone)).rejects.toMatchObject({ reason: 'signInRefused' })
  })
})

describe('a one-time code', () => {
  it('is sent with the password; a wrong one is asked for again', async () => {
    const ask = scriptedAsk(['000000', () => codeAt(clock.now())])
    await signIn(partsOf('tom', clock, { ask }))
    expect(ask.shown).toContain(
      'JumpCloud did not take that code: it is wrong, or it was used already',
    )
    clock.forward(60_000)
    const wrong = signIn(partsOf('tom', clock, { ask: scriptedAsk(['1', '2', '3', 'four']) }))
    await expect(wrong).rejects.toMatchObject({ reason: 'mfaRefused', exitCode: 11 })
  })

  it('that was just used is not sent: the next one is waited for', async () => {
    clock.forward(60_000)
    const remembered = memory()
    const more = { disableSessions: true }
    const used = codeAt(clock.now())
    await signIn(partsOf('tom', clock, { remembered }), { ...more, given: { mfaToken: used } })
    expect(JSON.stringify([...remembered.texts])).not.toContain(used)
    const ask = scriptedAsk([used, () => codeAt(clock.now())])
    await signIn(partsOf('tom', clock, { ask, remembered }), more)
    expect(ask.shown.join('\n')).toMatch(/used a moment ago.*the next one comes in \d+ s/)
    const again = { ...more, given: { mfaToken: codeAt(clock.now()) } }
    await expect(signIn(partsOf('tom', clock, { remembered }), again)).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: expect.stringContaining('used a moment ago'),
    })
  })

  it('given on the command line is used once, then the person is asked', async () => {
    clock.forward(60_000)
    const ask = scriptedAsk([() => codeAt(clock.now())])
    await signIn(partsOf('tom', clock, { ask }), { given: { mfaToken: '000 000' } })
    clock.forward(60_000)
    const alone = signIn(partsOf('tom', clock), { given: { mfaToken: '000000' } })
    await expect(alone).rejects.toMatchObject({ reason: 'mfaRefused' })
  })
})

describe('a push', () => {
  const pushed = (answer: 'accepted' | 'denied' | 'expired', polls = 2) => {
    const ask = scriptedAsk()
    const sleep = async (ms: number) => {
      clock.forward(ms)
      polls -= 1
      if (polls === 0) tenant.answer(answer, 'pia@example.com')
    }
    return { ask, done: signIn(partsOf('pia', clock, { ask, sleep })) }
  }

  it('is waited for until it is approved', async () => {
    const { ask, done } = pushed('accepted')
    await done
    expect(ask.shown).toEqual(['approve the sign-in in JumpCloud Protect on your phone'])
  })

  it('that is denied, expires or is never answered says so', async () => {
    await expect(pushed('denied').done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'the push was denied on the phone',
    })
    await expect(pushed('expired').done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'the push expired unanswered',
    })
    const never = pushed('accepted', Number.POSITIVE_INFINITY)
    await expect(never.done).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'the push was not approved in time',
    })
    let polls = 0
    const slow: SignInParts['send'] = async request => {
      if (/push\/[\w-]+$/.test(request.url)) polls += 1
      clock.forward(polls > 0 ? 29_000 : 0)
      return await httpSend(request)
    }
    await expect(signIn(partsOf('pia', clock, { send: slow }))).rejects.toMatchObject({
      message: 'the push was not approved in time',
    })
    expect(polls).toBeLessThan(10)
  })

  it('ends when the person stops the command', async () => {
    const stopped = new Error('stopped')
    const sleep = async () => {
      throw stopped
    }
    await expect(signIn(partsOf('pia', clock, { sleep }))).rejects.toBe(stopped)
  })
})

describe('Duo', () => {
  it('is pushed, or given a passcode', async () => {
    const ask = scriptedAsk()
    await signIn(partsOf('dora', clock, { ask }))
    expect(ask.shown).toEqual(['approve the sign-in in Duo Mobile'])
    await signIn(partsOf('dora', clock, { ask: scriptedAsk(['7654321']) }), {
      given: { duoMfaOption: 'Passcode' },
    })
    await signIn(partsOf('dora', clock), { mfa: 'DUO', given: { mfaToken: '7654321' } })
  })

  it('that refuses, or knows no such way, says so', async () => {
    await expect(signIn(partsOf('denis', clock))).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: 'Duo refused the sign-in: Login request denied.',
    })
    const given = { duoMfaOption: 'Pigeon' }
    await expect(signIn(partsOf('dora', clock), { given })).rejects.toMatchObject({
      reason: 'configuration',
      hint: '--duo-mfa-option: Duo Push, Phone Call, Passcode',
    })
  })

  it('in its newer form leads to the browser', async () => {
    await expect(signIn(partsOf('uma', clock))).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: expect.stringContaining('Universal Prompt'),
      hint: `use your own browser for this: rolecall configure -a work --idp-provider Browser --url ${url}`,
    })
  })
})

describe('the choice of a factor', () => {
  it('is the best of what is available, and says what else there is', async () => {
    const ask = scriptedAsk()
    await signIn(partsOf('all', clock, { ask }))
    expect(ask.shown[0]).toBe('second factor: push to JumpCloud Protect (--mfa also takes TOTP)')
  })

  it('follows mfa, and asks when that is not available', async () => {
    const ask = scriptedAsk(['push to JumpCloud Protect'])
    await signIn(partsOf('all', clock, { ask }), { mfa: 'DUO' })
    expect(ask.shown[0]).toBe('Duo is not available for you at JumpCloud; which factor instead?')
    await expect(signIn(partsOf('all', clock), { mfa: 'duo' })).rejects.toMatchObject({
      reason: 'mfaRefused',
      hint: 'available: PUSH, TOTP; choose with --mfa',
    })
    await expect(signIn(partsOf('all', clock), { mfa: 'SMS' })).rejects.toMatchObject({
      reason: 'configuration',
    })
  })

  it('is none when none is available', async () => {
    await expect(signIn(partsOf('none', clock))).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: expect.stringContaining('totp (unavailable), push (unavailable)'),
    })
    await expect(signIn(partsOf('kai', clock))).rejects.toMatchObject({
      reason: 'mfaRefused',
      message: expect.stringContaining('no security key is plugged in'),
    })
  })
})
