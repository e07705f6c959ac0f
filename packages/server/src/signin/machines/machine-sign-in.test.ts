import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type DnsRecord,
  type DnsServer,
  hostRecords,
  pointer,
  startDnsServer,
} from '../../../tests/support/dns-server.ts'
import type { AuditEvent } from '../../audit/index.ts'
import type { Config, MachinesConfig } from '../../config/config.ts'
import { createMachineSignIn } from './machine-sign-in.ts'

let dns: DnsServer
beforeAll(async () => {
  dns = await startDnsServer([])
})
afterAll(() => dns.close())
beforeEach(() => {
  dns.broken.clear()
  dns.questions.length = 0
  recorded.length = 0
})

const recorded: ({ key: string } & AuditEvent)[] = []
const record = async (key: string, event: AuditEvent) => {
  recorded.push({ key, ...event })
  return `ev-${recorded.length}`
}
const clock = { now: new Date('2026-01-01T00:00:00Z') }
const at = (seconds: number) => {
  clock.now = new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000)
}

function machines(over: Partial<MachinesConfig> = {}) {
  const own: MachinesConfig = {
    id: 'machines',
    domains: ['rz.example.com'],
    networks: ['10.0.0.0/8', '2001:db8::/32'],
    nameServers: [dns.address],
    timeoutMs: 600,
    ...over,
  }
  const state: { machines: MachinesConfig | undefined; headers: [] } = {
    machines: own,
    headers: [],
  }
  const signIn = createMachineSignIn({
    // The sign-in of machines looks at nothing else.
    config: () => ({ signIn: state }) as unknown as Config,
    isProxy: address => address === '10.9.9.9',
    record: { ofPerson: record, ofNetwork: record },
    now: () => clock.now,
  })
  return { byAddress: signIn.byAddress, state, own }
}

/** The machine's name, or the code of the refusal. */
async function who(address: string, records: readonly DnsRecord[], over?: Partial<MachinesConfig>) {
  dns.records = records
  return machines(over)
    .byAddress(address)
    .then(principal => principal.username, codeOf)
}

/** Of the refusal behind what callers see. */
const codeOf = (error: { code?: string; cause?: { code?: string } }) =>
  error.code === 'signin-refused' ? error.cause?.code : error.code

const refusal = (code: string) =>
  expect.objectContaining({ code: 'signin-refused', cause: expect.objectContaining({ code }) })

describe('a machine', () => {
  test('is the host whose PTR name has the address', async () => {
    dns.records = hostRecords('Web01.RZ.Example.Com.', '10.1.2.3')
    expect(await machines().byAddress('10.1.2.3')).toEqual({
      kind: 'machine',
      id: 'machines:web01.rz.example.com',
      source: 'machines',
      username: 'web01.rz.example.com',
      displayName: 'web01.rz.example.com',
      email: undefined,
      groups: [],
      attributes: { host: ['web01'], domain: ['rz.example.com'] },
      amr: [],
      authenticatedAt: clock.now,
      address: '10.1.2.3',
      notAfter: undefined,
    })
  })

  test.each([
    ['IPv6', '2001:db8::17', '2001:db8::17'],
    ['IPv6 in another spelling', '2001:DB8:0:0::0:17', '2001:db8::17'],
    ['IPv4 in IPv6', '::ffff:10.1.2.3', '10.1.2.3'],
    ['IPv4 in IPv6 in hexadecimal', '::ffff:a01:203', '10.1.2.3'],
  ])('%s', async (_name, asked, address) => {
    const records = hostRecords('web01.rz.example.com', address)
    expect(await who(asked, records)).toBe('web01.rz.example.com')
  })

  test('may stand behind CNAME records, of its name and of its reverse zone (RFC 2317)', async () => {
    const records: DnsRecord[] = [
      { name: '3.2.1.10.in-addr.arpa', type: 'CNAME', data: '3.0-63.2.1.10.in-addr.arpa' },
      { name: '3.0-63.2.1.10.in-addr.arpa', type: 'PTR', data: 'web01.rz.example.com' },
      { name: 'web01.rz.example.com', type: 'CNAME', data: 'node7.cloud.example.net' },
      { name: 'node7.cloud.example.net', type: 'A', data: '10.1.2.3' },
    ]
    expect(await who('10.1.2.3', records)).toBe('web01.rz.example.com')
  })

  test('of several PTR names is the confirmed one', async () => {
    const records = [
      pointer('10.1.2.3', 'other.example.org'),
      pointer('10.1.2.3', 'db01.rz.example.com'),
      ...hostRecords('db01.rz.example.com', '10.1.2.4'),
      ...hostRecords('web01.rz.example.com', '10.1.2.3'),
    ]
    expect(await who('10.1.2.3', records)).toBe('web01.rz.example.com')
  })
})

test('each outcome has an event, and the refusal names it', async () => {
  dns.records = hostRecords('web01.rz.example.com', '10.1.2.3')
  const { byAddress } = machines()
  await byAddress('10.1.2.3')
  await expect(byAddress('10.1.2.4')).rejects.toMatchObject({ eventId: 'ev-2' })
  dns.broken.set('5.2.1.10.in-addr.arpa', 'servfail')
  await expect(byAddress('10.1.2.5')).rejects.toThrow()
  const source = 'machines'
  expect(recorded).toMatchObject([
    {
      type: 'signin.succeeded',
      result: 'success',
      principal: 'machines:web01.rz.example.com',
      source,
      address: '10.1.2.3',
    },
    {
      type: 'signin.refused',
      result: 'refused',
      code: 'machine-name',
      source,
      address: '10.1.2.4',
    },
    {
      type: 'signin.refused',
      result: 'error',
      code: 'provider-unavailable',
      reason: 'DNS, for 10.1.2.5: ESERVFAIL',
    },
  ])
  expect(new Set(recorded.map(({ key }) => key)).size).toBe(3)
})

describe('E1: a reverse zone alone names nobody', () => {
  const web: DnsRecord = { name: 'web01.rz.example.com', type: 'A', data: '10.1.2.3' }
  test.each<[string, DnsRecord[], string]>([
    ['no PTR record', [web], 'machine-name'],
    [
      'a name without address',
      [pointer('10.1.2.3', 'ghost.rz.example.com')],
      'machine-unconfirmed',
    ],
    [
      'a name with another address',
      [
        pointer('10.1.2.3', 'db01.rz.example.com'),
        { ...web, name: 'db01.rz.example.com', data: '10.1.2.4' },
      ],
      'machine-unconfirmed',
    ],
    [
      'a wildcard that confirms every name',
      [pointer('10.1.2.3', 'db01.rz.example.com'), { ...web, name: '*.rz.example.com' }],
      'machine-unconfirmed',
    ],
    [
      'two confirmed names',
      [
        web,
        { ...web, name: 'db01.rz.example.com' },
        pointer('10.1.2.3', 'db01.rz.example.com'),
        pointer('10.1.2.3', 'web01.rz.example.com'),
      ],
      'machine-ambiguous',
    ],
    ...[
      'web01.example.com',
      'web01.evil-rz.example.com',
      'web01.sub.rz.example.com',
      'rz.example.com',
      'localhost',
      '_web.rz.example.com',
      '*.rz.example.com',
      'web 1.rz.example.com',
      'wéb.rz.example.com',
      '-web.rz.example.com',
    ].map((name): [string, DnsRecord[], string] => [
      `the name ${name}`,
      [...hostRecords(name, '10.1.2.3')],
      'machine-name',
    ]),
    [
      'more names than anybody has',
      Array.from({ length: 17 }, (_, i) => pointer('10.1.2.3', `w${i}.rz.example.com`)),
      'provider-unavailable',
    ],
  ])('%s', async (_name, records, code) => {
    expect(await who('10.1.2.3', records)).toBe(code)
  })
})

describe('addresses that are nobody', () => {
  test.each([
    '192.0.2.1',
    '2001:db9::1',
    '10.9.9.9',
    'fe80::1%eth0',
    'unknown',
    '',
    '10.1.2.3, 10.1.2.4',
  ])('%s', async address => {
    expect(await who(address, [])).toBe('machine-address')
    expect(dns.questions).toEqual([])
  })

  test.each(['127.0.0.1', '169.254.169.254', '::1', 'fe80::1', '0.0.0.0', 'fd00:ec2::254'])(
    '%s, although a wide network is listed; not when it is listed itself',
    async address => {
      const name = 'web01.rz.example.com'
      const records = hostRecords(name, address)
      const networks = ['0.0.0.0/0', '::/0']
      expect(await who(address, records, { networks })).toBe('machine-address')
      expect(await who(address, records, { networks: [...networks, address] })).toBe(name)
    },
  )

  test('any, without signIn.machines', async () => {
    const { byAddress, state } = machines()
    state.machines = undefined
    await expect(byAddress('10.1.2.3')).rejects.toThrow(refusal('machine-off'))
  })
})

describe('what is kept', () => {
  const name = 'web01.rz.example.com'
  const asked = () => dns.questions.filter(question => question.startsWith('PTR')).length

  test('a name, as long as DNS says, and one look-up serves all who wait for it', async () => {
    at(0)
    dns.records = hostRecords(name, '10.1.2.3', 40)
    const { byAddress } = machines()
    await Promise.all([1, 2, 3].map(() => byAddress('10.1.2.3')))
    at(39)
    await byAddress('10.1.2.3')
    expect(asked()).toBe(1)
    dns.records = []
    at(40)
    await expect(byAddress('10.1.2.3')).rejects.toThrow(refusal('machine-name'))
  })

  test('a name for five minutes at most, a refusal for half a minute', async () => {
    at(0)
    dns.records = hostRecords(name, '10.1.2.3', 86_400)
    const { byAddress } = machines()
    await byAddress('10.1.2.3')
    dns.records = []
    at(299)
    await byAddress('10.1.2.3')
    at(300)
    await expect(byAddress('10.1.2.3')).rejects.toThrow(refusal('machine-name'))
    dns.records = hostRecords(name, '10.1.2.3')
    at(329)
    await expect(byAddress('10.1.2.3')).rejects.toThrow(refusal('machine-name'))
    at(330)
    expect((await byAddress('10.1.2.3')).username).toBe(name)
  })

  test('nothing after a clock that was set back, nor under another configuration', async () => {
    at(1000)
    dns.records = hostRecords(name, '10.1.2.3', 300)
    const { byAddress, state, own } = machines()
    await byAddress('10.1.2.3')
    at(0)
    await byAddress('10.1.2.3')
    expect(asked()).toBe(2)
    state.machines = { ...own, domains: ['other.example.com'] }
    await expect(byAddress('10.1.2.3')).rejects.toThrow(refusal('machine-name'))
  })

  test('no failure: the next request asks again', async () => {
    at(0)
    const { byAddress } = machines()
    dns.records = hostRecords(name, '10.1.2.3')
    for (const fault of ['servfail', 'silent'] as const) {
      dns.broken.set(name, fault)
      await expect(byAddress('10.1.2.3')).rejects.toMatchObject({ code: 'provider-unavailable' })
    }
    dns.broken.clear()
    expect((await byAddress('10.1.2.3')).username).toBe(name)
  })

  test('at most so many look-ups at once', async () => {
    const { byAddress } = machines()
    dns.records = []
    const codes = await Promise.all(
      Array.from({ length: 70 }, (_, i) =>
        byAddress(`10.2.0.${i}`).catch((error: { code: string }) => error.code),
      ),
    )
    expect(codes.filter(code => code === 'too-many-requests')).toHaveLength(6)
  })
})
