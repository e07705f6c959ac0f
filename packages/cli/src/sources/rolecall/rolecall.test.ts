import { randomBytes } from 'node:crypto'
import { AwsError, createHttpSend, StsClient } from '@rolecall/aws'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Person, signedInPerson } from '../../../tests/support/signed-in-person.ts'
import type { Ask } from '../../ask/ask.ts'
import type { Connection } from '../../connections/connection.ts'
import { type Demo, startDemo } from '../../demo/index.ts'
import type { BrowserWish, SignInParts } from '../../providers/provider.ts'
import { consoleAddress, signInAtServer, signOutOf, whoAmI } from './rolecall.ts'

let demo: Demo
let alice: Person
beforeAll(async () => {
  demo = await startDemo({ port: 0 })
  alice = await signedInPerson(demo.url)
}, 60_000)
afterAll(() => demo.close())

interface World {
  readonly canAsk?: boolean
  readonly browserWish?: BrowserWish
  readonly decision?: 'allow' | 'deny'
  /** What the person does with an address instead of answering it. */
  readonly open?: (url: string) => Promise<unknown>
}

/** A user with a vault of its own, on a machine whose browser alice sits at. */
function user({ canAsk = true, browserWish, decision = 'allow', open }: World = {}) {
  const kept = new Map<string, string>()
  const told: string[] = []
  const opened: string[] = []
  const waits: number[] = []
  let last: Promise<unknown> = Promise.resolve()
  const ask = {
    possible: canAsk,
    tell: (text: string) => void told.push(text),
    waiting: () => ({ done: () => undefined }),
  } as unknown as Ask
  const parts = {
    send: createHttpSend(),
    ask,
    openBrowser: async (url: string) => {
      opened.push(url)
      const answering = (open ?? (at => alice.answer(at, decision)))(url)
      answering.catch(() => undefined)
    },
    remembered: {
      get: async (name: string) => kept.get(name),
      set: async (name: string, value: string) => void kept.set(name, value),
      delete: async (name: string) => void kept.delete(name),
    },
    now: () => new Date(),
    sleep: async (ms: number) => {
      waits.push(ms)
      await new Promise(resolve => setTimeout(resolve, 5))
    },
    random: (count: number) => randomBytes(count),
    lock: async <T>(_: string, work: () => Promise<T>) => {
      const mine = last.then(work)
      last = mine.catch(() => undefined)
      return await mine
    },
    browserWish,
  } as unknown as SignInParts
  const held = (): Record<string, string> => JSON.parse(kept.get('oauth') ?? '{}')
  const change = (over: Record<string, string>) =>
    kept.set('oauth', JSON.stringify({ ...held(), ...over }))
  return { parts, kept, held, change, told, opened, waits }
}

const connectionTo = (url: string) =>
  ({ name: 'work', url, skipPrompt: false }) as unknown as Connection
const connection = () => connectionTo(demo.url)
const long = '2020-01-01T00:00:00Z'

describe('with the browser of this machine', () => {
  test('gives the roles of the server, and keys that AWS takes', async () => {
    const { parts, opened, held } = user()
    const signedIn = await signInAtServer(connection(), parts)
    expect(signedIn.who).toBe(`alice at ${new URL(demo.url).host}`)
    expect(opened).toHaveLength(1)
    const role = signedIn.roles.find(each => each.roleName === 'Developer')
    expect(role).toMatchObject({ accountName: 'sandbox', partition: 'aws', keys: true })
    if (role === undefined) return
    expect(consoleAddress(connection(), role)).toBe(`${demo.url}/console/sandbox/Developer`)
    const keys = await signedIn.keys(role, {})
    expect(keys).toMatchObject({ roleArn: role.roleArn, endpointUrl: demo.simulator.stsEndpoint })
    const sts = new StsClient({
      region: 'us-east-1',
      endpoint: keys.endpointUrl,
      credentials: {
        accessKeyId: keys.accessKeyId,
        secretAccessKey: keys.secretAccessKey,
        sessionToken: keys.sessionToken,
      },
    })
    expect((await sts.getCallerIdentity()).arn).toBe(keys.assumedRoleArn)
    expect(held().refreshToken).toBeDefined()
    const longer = await signedIn.keys(role, { durationSeconds: 43_200 })
    expect(longer.notes.join()).toContain('the server decides how long keys work')
  })

  test('asks the person once: what is refused or over is renewed', async () => {
    const { parts, opened, held, change } = user()
    await signInAtServer(connection(), parts)
    const first = held()
    change({ accessExpires: long })
    await signInAtServer(connection(), parts)
    expect(held().refreshToken).not.toBe(first.refreshToken)
    change({ accessToken: 'not-a-token-of-the-server' })
    expect(await whoAmI(connection(), parts)).toMatchObject({ username: 'alice' })
    expect(opened).toHaveLength(1)
  })

  test('many commands at once renew once: the second use of a token would end the sign-in', async () => {
    const { parts, opened, change, held } = user()
    await signInAtServer(connection(), parts)
    change({ accessExpires: long })
    const before = held().refreshToken
    // Each has a session of its own, as processes have.
    await Promise.all(Array.from({ length: 8 }, () => whoAmI(connection(), parts)))
    expect(held().refreshToken).not.toBe(before)
    change({ accessExpires: long })
    await whoAmI(connection(), parts)
    expect(opened).toHaveLength(1)
  })

  test('asks again when the sign-in has ended, and says so where nobody can be asked', async () => {
    const { parts, opened, change } = user()
    await signInAtServer(connection(), parts)
    change({ refreshToken: 'ended', accessExpires: long })
    await signInAtServer(connection(), parts)
    expect(opened).toHaveLength(2)
    change({ refreshToken: 'ended', accessExpires: long })
    const alone = { ...parts, ask: { ...parts.ask, possible: false } }
    await expect(signInAtServer(connection(), alone)).rejects.toMatchObject({
      reason: 'cannotAsk',
      hint: 'sign in where you can be asked: rolecall login -a work',
    })
  })

  test('tells that the person did not allow it', async () => {
    const { parts, kept } = user({ decision: 'deny' })
    await expect(signInAtServer(connection(), parts)).rejects.toMatchObject({
      reason: 'signInRefused',
    })
    expect(kept.size).toBe(0)
  })

  test('takes no answer but that of its own request and server', async () => {
    const seen: number[] = []
    const { parts } = user({
      open: async url => {
        const asked = new URL(url).searchParams
        const back = asked.get('redirect_uri') ?? ''
        const state = asked.get('state') ?? ''
        const issuer = `${demo.url}/oauth`
        const forged = [
          { code: 'evil', state: 'guessed', iss: issuer },
          { code: 'evil', state, iss: 'https://evil.example/oauth' },
          { code: 'evil', state },
          { error: 'access_denied', state: 'guessed', iss: issuer },
          { state, iss: issuer },
        ]
        for (const query of forged) {
          const answer = await fetch(`${back}?${new URLSearchParams(Object.entries(query))}`)
          seen.push(answer.status)
        }
        await alice.answer(url, 'allow')
      },
    })
    expect((await signInAtServer(connection(), parts)).roles.length).toBeGreaterThan(0)
    expect(seen).toEqual([400, 400, 400, 400, 400])
  })
})

test('one lost answer to a refresh signs nobody out', async () => {
  const { parts, opened, change, kept } = user()
  await signInAtServer(connection(), parts)
  change({ accessExpires: long })
  const before = kept.get('oauth')
  let lost = 0
  const send: SignInParts['send'] = async request => {
    const answer = await parts.send(request)
    if (!request.url.endsWith('/oauth/token') || lost >= 3) return answer
    lost += 1
    throw new AwsError('network', 'the connection broke')
  }
  // Twice within one command, then the command that is typed again.
  await expect(whoAmI(connection(), { ...parts, send })).rejects.toMatchObject({
    reason: 'network',
  })
  expect([lost, kept.get('oauth')]).toEqual([2, before])
  expect(await whoAmI(connection(), { ...parts, send })).toMatchObject({ username: 'alice' })
  expect([lost, opened.length]).toEqual([3, 1])
})

describe('where nothing can be asked', () => {
  const away = (env: Readonly<Record<string, string>>) =>
    ({ env, err: { write: () => true } }) as unknown as SignInParts['terminal']
  const without = (browserWish: BrowserWish, env: Readonly<Record<string, string>> = {}) => {
    const one = user({ canAsk: false })
    return { ...one, parts: { ...one.parts, browserWish, terminal: away(env) } }
  }

  test('`login` signs in with a browser that opens, or by a code that was asked for', async () => {
    const { parts, opened } = without({ isLogin: true }, { BROWSER: 'firefox' })
    expect((await signInAtServer(connection(), parts)).who).toContain('alice')
    expect(opened).toHaveLength(1)

    const device = without({ isLogin: true, device: true })
    const signing = signInAtServer(connection(), device.parts)
    const code = () => /code (\S+)/.exec(device.told.join('\n'))?.[1]
    await expect.poll(code, { interval: 5 }).toBeDefined()
    await alice.enter(code() ?? '', 'allow')
    expect((await signing).who).toContain('alice')
  })

  test.each([
    ['no browser opens', { isLogin: true }, {}, false, 'login -a work --device'],
    ['another command runs', { device: true }, { BROWSER: 'firefox' }, false, 'login -a work'],
    ['nobody is to be asked', { isLogin: true, device: true }, {}, true, 'login -a work'],
  ])('nothing begins where %s', async (_, wish, env, skipPrompt, next) => {
    const { parts, told, opened } = without(wish, env)
    const signing = signInAtServer({ ...connection(), skipPrompt }, parts)
    const hint = expect.stringMatching(new RegExp(`: rolecall ${next}$`))
    await expect(signing).rejects.toMatchObject({ reason: 'cannotAsk', hint })
    expect([told, opened]).toEqual([[], []])
  })
})

describe('by a code', () => {
  const shown = (told: readonly string[]) => /code (\S+)/.exec(told.join('\n'))?.[1]

  test('signs in, and asks no faster than the server wants', async () => {
    const { parts, told, waits, held } = user({ browserWish: { device: true } })
    const signing = signInAtServer(connection(), parts)
    // It asks too often on purpose: when it is told so, five seconds are added.
    const longest = () => Math.max(0, ...waits)
    await expect.poll(longest, { interval: 5, timeout: 30_000 }).toBeGreaterThanOrEqual(10_000)
    expect(told[0]).toBe(`On any device, open ${demo.url}/device`)
    expect(await alice.enter(shown(told) ?? '', 'allow')).toContain('The command is signed in')
    expect((await signing).who).toContain('alice')
    expect(waits[0]).toBe(5_000)
    expect(held().refreshToken).toBeDefined()
  })

  test('is told when the person does not allow it', async () => {
    const { parts, told } = user({ browserWish: { device: true } })
    const signing = signInAtServer(connection(), parts)
    signing.catch(() => undefined)
    await expect.poll(() => shown(told), { interval: 5 }).toBeDefined()
    await alice.enter(shown(told) ?? '', 'deny')
    await expect(signing).rejects.toMatchObject({ reason: 'signInRefused' })
  })

  test('is taken without being asked for where no browser opens', async () => {
    const { parts, opened, told } = user()
    const written: string[] = []
    const err = { isTTY: true, columns: 120, rows: 60, write: (text: string) => written.push(text) }
    const ssh = {
      env: { SSH_CONNECTION: '10.0.0.1 22' },
      err,
    } as unknown as SignInParts['terminal']
    const signing = signInAtServer(connection(), { ...parts, terminal: ssh })
    await expect.poll(() => shown(told), { interval: 5 }).toBeDefined()
    await alice.enter(shown(told) ?? '', 'allow')
    await signing
    expect(opened).toEqual([])
    expect(written.join('')).toContain('▀')
  })
})

test('signing out takes the tokens back at the server', async () => {
  const { parts, held, kept, change } = user()
  await signInAtServer(connection(), parts)
  const before = held()
  expect(await signOutOf(connection(), parts)).toBe(true)
  expect(kept.size).toBe(0)
  expect(await signOutOf(connection(), parts)).toBe(false)
  // Whoever had copied them has nothing.
  change({ ...before })
  const alone = { ...parts, ask: { ...parts.ask, possible: false } }
  await expect(whoAmI(connection(), alone)).rejects.toMatchObject({ reason: 'cannotAsk' })
  expect(kept.size).toBe(0)
})

test('tokens of one server are not shown to another', async () => {
  const { parts, held, kept } = user({ canAsk: true })
  await signInAtServer(connection(), parts)
  const other = await startDemo({ port: 0 })
  onTestFinished(() => other.close())
  const alone = { ...parts, ask: { ...parts.ask, possible: false } }
  const asking = whoAmI(connectionTo(other.url), alone)
  await expect(asking).rejects.toMatchObject({ reason: 'cannotAsk' })
  expect(held().issuer).toBe(`${demo.url}/oauth`)
  expect(kept.size).toBe(1)
})
