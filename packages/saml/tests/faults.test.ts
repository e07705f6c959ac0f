/**
 * Every function that the library takes from `node:crypto` and `node:zlib`, and its canonicalizer,
 * made to fail on each of its calls: to throw, to answer nothing, something empty, something else.
 * Nothing that comes of it may be taken. The list of functions is read from the sources.
 */
import { globSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { expect, test, vi } from 'vitest'

const faults = vi.hoisted(() => {
  type Call = (original: () => unknown) => unknown
  const state: {
    /** The function that fails, at which of its calls, and how. */
    armed: { name: string; nth: number; act: Call } | undefined
    /** How often each function was called since the count began. */
    readonly calls: Map<string, number>
  } = { armed: undefined, calls: new Map() }

  function called(name: string, original: () => unknown): unknown {
    const nth = (state.calls.get(name) ?? 0) + 1
    state.calls.set(name, nth)
    const { armed } = state
    return armed?.name === name && armed.nth === nth ? armed.act(original) : original()
  }

  /** A module whose functions and classes may fail; `instanceof` and constants stay as they are. */
  function breakable<T extends object>(module: T): T {
    const entries = Object.entries(module).map(([name, value]) => {
      if (typeof value !== 'function') return [name, value]
      const proxy = new Proxy(value, {
        apply: (target, self, args) => called(name, () => Reflect.apply(target, self, args)),
        construct: (target, args) => {
          const made = called(name, () => Reflect.construct(target, args))
          // A constructor cannot answer nothing.
          return typeof made === 'object' && made !== null ? made : Object.create(null)
        },
      })
      return [name, proxy]
    })
    return Object.fromEntries(entries)
  }
  return { state, breakable }
})

vi.mock('node:crypto', async original => faults.breakable(await original<object>()))
vi.mock('node:zlib', async original => faults.breakable(await original<object>()))
vi.mock('../src/xml/canonicalize.ts', async original => faults.breakable(await original<object>()))

const {
  buildAuthnRequest,
  buildMetadata,
  issueResponse,
  readAuthnRequest,
  readMetadata,
  signXml,
  verifySignature,
} = await import('../src/index.ts')
const { honest, idp, issue, now, sp, verify } = await import('./forge.ts')
const { decryptingSp, encryptionKey } = await import('./attacks/encrypt.ts')
const { encryptedWith } = await import('./attacks/encryption.ts')
const { inSignedInfo } = await import('./attacks/attack.ts')
const { targets } = await import('./attacks/targets.ts')

const source = new URL('../src/', import.meta.url)

/** What the sources import by value: the name as the module exports it. */
const imported = new Set(
  globSync('**/*.ts', { cwd: source.pathname })
    .filter(name => !name.endsWith('.test.ts'))
    .map(name => readFileSync(new URL(name, source), 'utf8'))
    .flatMap(text => Array.from(text.matchAll(/import \{([^}]*)\} from 'node:\w+'/g)))
    .flatMap(([, names = '']) => names.split(','))
    .map(name => name.trim())
    .filter(name => name !== '' && !name.startsWith('type '))
    .map(name => name.replace(/ as .*/, '')),
)

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const keyPair = { key: fixture('throw-away.key'), certificate: fixture('throw-away.crt') }
const signingKeys = [honest.publicKey]
const ssoUrl = 'https://idp.example.test/sso'

// What was read from PEM once is remembered; a text that is new each time is read each time.
let texts = 0
const unread = (pem: string) => `${pem}${' '.repeat(++texts)}`
const pem = () => unread(honest.publicKey.export({ type: 'spki', format: 'pem' }).toString())

const request = (binding: 'redirect' | 'post') =>
  buildAuthnRequest({
    sp,
    idp: { ssoUrl },
    binding,
    now,
    sign: { key: honest.privateKey },
  })
const redirect = request('redirect').url
const query = redirect.slice(redirect.indexOf('?') + 1)
const samlRequest = Buffer.from(request('post').xml).toString('base64')
const unsignedMetadata = buildMetadata({
  entityId: idp.entityId,
  idp: {
    ssoEndpoints: [
      { binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', location: ssoUrl },
    ],
    signingCertificates: [keyPair.certificate],
  },
}).replace(' entityID=', ' ID="_m" entityID=')
const metadata = signXml(unsignedMetadata, { key: honest.privateKey, id: '_m' })

const responses = [issue('assertion'), issue('response'), issue('both')] as const
const certified = issueResponse(
  { idp, sp, subject: { nameId: 'alice' }, attributes: {}, now, inResponseTo: '_req-1' },
  { ...keyPair, sign: 'both' },
)
const requestOptions = { requireSignature: true, destination: ssoUrl, now }

/** Calls that decide about what was received. Each is taken while nothing fails. */
const readers: Record<string, () => unknown> = {
  'a response with a signed assertion': () =>
    verify(responses[0], { idp: { ...idp, signingKeys: [pem()] } }),
  'a signed response': () => verify(responses[1], { idp: { ...idp, signingKeys: [pem()] } }),
  'a response signed twice': () => verify(responses[2]),
  'a response, by certificate': () =>
    verify(certified, { idp: { ...idp, signingKeys: [unread(keyPair.certificate)] } }),
  'a signed element': () => verifySignature(responses[1], signingKeys),
  'a redirected request': () =>
    readAuthnRequest({ binding: 'redirect', query }, { ...requestOptions, keys: [pem()] }),
  'a posted request': () =>
    readAuthnRequest({ binding: 'post', samlRequest }, { ...requestOptions, keys: [pem()] }),
  'signed metadata': () => readMetadata(metadata, { signingKeys, now }),
}
for (const level of ['assertion', 'response'] as const) {
  const xml = encryptedWith(level, {})
  readers[`an encrypted assertion, ${level} signed`] = () => verify(xml, { sp: decryptingSp })
}

/** Calls that make what others decide about, with how the result would be read. */
const writers: Record<string, { make: () => unknown; read: (made: never) => unknown }> = {
  'a response': {
    make: () =>
      issueResponse(
        {
          idp,
          sp,
          subject: { nameId: 'alice' },
          attributes: {},
          now,
          inResponseTo: '_req-1',
          sessionIndex: '_s',
        },
        { key: unread(keyPair.key), certificate: keyPair.certificate, sign: 'both' },
      ),
    read: async (xml: string) => {
      const facts = await verify(xml, { idp: { ...idp, signingKeys: [keyPair.certificate] } })
      return {
        ...facts,
        responseId: facts.responseId.length,
        assertionId: facts.assertionId.length,
      }
    },
  },
  'an encrypted response': {
    make: () =>
      issueResponse(
        { idp, sp, subject: { nameId: 'alice' }, attributes: {}, now, inResponseTo: '_req-1' },
        { ...keyPair, sign: 'assertion', encrypt: { key: encryptionKey } },
      ),
    read: async (xml: string) => {
      const facts = await verify(xml, {
        idp: { ...idp, signingKeys: [keyPair.certificate] },
        sp: decryptingSp,
      })
      return {
        ...facts,
        responseId: facts.responseId.length,
        assertionId: facts.assertionId.length,
      }
    },
  },
  'a signed text': {
    make: () => signXml(unsignedMetadata, { key: honest.privateKey, id: '_m' }),
    read: (xml: string) => readMetadata(xml, { signingKeys, now }),
  },
  'a redirect': {
    make: () => request('redirect'),
    read: async ({ url }: { url: string }) => {
      const options = { ...requestOptions, keys: signingKeys }
      const facts = await readAuthnRequest(
        { binding: 'redirect', query: url.slice(url.indexOf('?') + 1) },
        options,
      )
      return { ...facts, id: facts.id.length }
    },
  },
  metadata: {
    make: () =>
      buildMetadata({
        entityId: idp.entityId,
        idp: {
          ssoEndpoints: [{ binding: 'urn:x:y', location: ssoUrl }],
          signingCertificates: [keyPair.certificate],
        },
      }),
    read: (xml: string) => readMetadata(xml, { now }),
  },
}

/** How a call fails. */
const fails: Record<string, (original: () => unknown) => unknown> = {
  throws: () => {
    throw new Error('fault')
  },
  'answers nothing': () => undefined,
  'answers null': () => null,
  'answers false': () => false,
  'answers zero': () => 0,
  'answers no text': () => '',
  'answers no bytes': () => Buffer.alloc(0),
}
/** Answers that count as true by accident, and something of the right kind that is wrong. */
const odd: Record<string, (original: () => unknown) => unknown> = {
  'answers one': () => 1,
  'answers minus one': () => -1,
  'answers an object': () => ({}),
  'answers a text': () => 'x',
  'answers XML': () => '<x/>',
  'answers zeros': () => Buffer.alloc(32),
  'answers the half': original => {
    const right = original()
    return right instanceof Uint8Array || typeof right === 'string'
      ? right.slice(0, right.length >> 1)
      : right
  },
  'answers what throws when it is used': original =>
    withMethods(original(), () => {
      throw new Error('fault')
    }),
  'answers what does nothing when it is used': original => withMethods(original(), () => undefined),
  'answers what makes nothing when it is used': original =>
    withMethods(original(), () => Buffer.alloc(0)),
}

/** An object like a decipher or a certificate, whose methods do something else. */
function withMethods(made: unknown, act: () => unknown): unknown {
  if (typeof made !== 'object' || made === null || made instanceof Uint8Array) return made
  for (const method of ['update', 'final', 'setAuthTag', 'getAuthTag', 'setAAD', 'digest']) {
    if (method in made) Object.defineProperty(made, method, { value: act })
  }
  for (const method of ['checkPrivateKey', 'export', 'equals']) {
    if (Object.hasOwn(Object.getPrototypeOf(made) ?? {}, method)) {
      Object.defineProperty(made, method, { value: act })
    }
  }
  return made
}

/** Runs with one call of one function failing; the answer, or undefined for a refusal. */
async function broken(
  run: () => unknown,
  name: string,
  nth: number,
  act: (original: () => unknown) => unknown,
) {
  const { state } = faults
  state.calls.clear()
  state.armed = { name, nth, act }
  try {
    return { answer: await run() }
  } catch {
    return undefined
  } finally {
    state.armed = undefined
  }
}

/** How often a run calls each breakable function. */
async function callsOf(run: () => unknown): Promise<ReadonlyMap<string, number>> {
  faults.state.calls.clear()
  await run()
  return new Map(faults.state.calls)
}

const reached = new Set<string>()

test.each(Object.entries(readers))('%s is refused whatever fails', async (_, run) => {
  const right = await run()
  for (const [name, count] of await callsOf(run)) {
    reached.add(name)
    for (let nth = 1; nth <= count; nth += 1) {
      for (const [how, act] of Object.entries({ ...fails, ...odd })) {
        const outcome = await broken(run, name, nth, act)
        if (outcome === undefined) continue
        // A certificate that cannot be read is passed over: there is a key less to believe.
        if (name === 'X509Certificate' && run === readers['signed metadata']) {
          if (JSON.stringify(outcome.answer).includes('"signingCertificates":[]')) continue
        }
        // What is not true by falsehood or absence may be as good as what was meant.
        const where = `${name} ${how} at call ${nth}`
        expect(Object.hasOwn(odd, how), where).toBe(true)
        expect(isDeepStrictEqual(outcome.answer, right), where).toBe(true)
      }
    }
  }
})

test.each(Object.entries(writers))(
  '%s that is made while something fails is no other',
  async (_, { make, read }) => {
    const right = await read((await make()) as never)
    for (const [name, count] of await callsOf(make)) {
      reached.add(name)
      for (let nth = 1; nth <= count; nth += 1) {
        for (const [how, act] of Object.entries({ ...fails, ...odd })) {
          const outcome = await broken(make, name, nth, act)
          if (outcome === undefined) continue
          try {
            expect(await read(outcome.answer as never), `${name} ${how} at call ${nth}`).toEqual(
              right,
            )
          } catch (error) {
            if (!(error instanceof Error) || error.name !== 'SamlError') throw error
          }
        }
      }
    }
  },
)

test('a changed message is refused whatever the primitives answer', async () => {
  const changed = responses.map(xml => xml.replaceAll('alice@', 'admin@'))
  const resigned = responses.map(xml =>
    xml.replace(/<ds:SignatureValue>..../g, '<ds:SignatureValue>AAAA'),
  )
  const empty = targets
    .filter(({ isEncrypted }) => !isEncrypted)
    .map(({ target }) =>
      inSignedInfo('the digest of nothing', [], text =>
        text.replace(
          /<ds:DigestValue>[^<]*/,
          '<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
        ),
      ).forge(target),
    )
  const everything: Record<string, (original: () => unknown) => unknown> = { ...fails, ...odd }
  for (const xml of [...changed, ...resigned, ...empty]) {
    const run = () => verify(xml)
    // As it stands it is refused, and so shows which functions lead to that.
    const calls = await callsOf(() => expect(verify(xml)).rejects.toThrow())
    expect(calls.get('canonicalForm')).toBeGreaterThan(0)
    for (const [name, count] of calls) {
      // A call more than there was: what is let pass may come to another check.
      for (let nth = 1; nth <= count + 1; nth += 1) {
        for (const [how, act] of Object.entries(everything)) {
          expect(await broken(run, name, nth, act), `${name} ${how} at call ${nth}`).toBeUndefined()
        }
      }
    }
  }
})

test('a store of random bytes that fails makes no ID', async () => {
  const run = () => request('redirect')
  for (const act of Object.values({ ...fails, half: odd['answers the half'] ?? fails.throws })) {
    expect(await broken(run, 'randomUUID', 1, act as () => unknown)).toBeUndefined()
  }
})

test('each function that is imported was made to fail', () => {
  expect(imported.size).toBeGreaterThan(8)
  // Asked by instanceof, or for numbers, never called.
  const types = ['KeyObject', 'constants']
  expect([...imported].filter(name => !reached.has(name) && !types.includes(name))).toEqual([])
  expect(reached).toContain('canonicalForm')
  const code = globSync('**/*.ts', { cwd: source.pathname })
    .map(name => readFileSync(new URL(name, source), 'utf8'))
    .join('\n')
  expect(code).not.toMatch(/KeyObject[.(]|new KeyObject/)
})
