/** Everything that the server sends, starts or looks up has a deadline: the places, and what bounds each. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { webhookSink } from '../src/audit/sinks/webhook-sink.ts'
import { createAudit, openStore, type SamlProviderConfig } from '../src/index.ts'
import { createSamlProvider } from '../src/signin/saml-provider.ts'
import { rowsOf } from './support/log-rows.ts'

const source = join(import.meta.dirname, '..', 'src')

/** By file: what bounds the time. A file that calls out and is missing here fails the test. */
const places: Readonly<Record<string, string>> = {
  'audit/sinks/syslog-datagrams.ts':
    'a datagram is not answered; the lookup has the resolver’s own',
  'audit/sinks/syslog-local.ts': 'sendDeadline: the program is killed',
  'audit/sinks/syslog-sink.ts': 'sendDeadline in writeAndClose, connecting included',
  'config/check-aws-connection.ts': 'makes agents to read certificates; opens nothing',
  'config/credential-source.ts': 'aws.timeout',
  'config/resolve-secret.ts': 'commandDeadline: the program is killed',
  'delivery/signing-gateway/exchange.ts':
    'the watch of the exchange: connect, idle and head deadlines',
  'delivery/signing-gateway/listen.ts': 'a path of this machine: connected or refused at once',
  'outgoing/guarded-lookup.ts': 'within the deadline of the request that connects',
  'outgoing/guarded-send.ts': 'at most 30 s, whatever is asked for',
  'sessions/aws-clients.ts': 'aws.timeout; 10 s where a request says nothing',
  'signin/ldap/connect.ts': 'connectMs, and the signal of its caller',
  'signin/system/read-account.ts': 'the deadline of the program: it is killed',
}

/** The ways out of a process, as they are imported. */
const waysOut =
  /\b(?:httpSend|createHttpSend|createHttpAgents|fetch|execFile|spawn|createSocket|connectTcp|connectTls|systemLookup)\(|agents\.open\(|\bconnect\(path|= systemLookup\b/

test('each place that calls out is known, and what bounds it', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter(name => waysOut.test(readFileSync(join(source, name), 'utf8')))
  expect(files.toSorted()).toEqual(Object.keys(places))
})

test('what is sent to addresses of the file names its deadline and its bound', async () => {
  const asked: { timeoutMs: number | undefined; maxBytes: number | undefined }[] = []
  const http = async ({ timeoutMs, maxBytes }: { timeoutMs?: number; maxBytes?: number }) => {
    asked.push({ timeoutMs, maxBytes })
    return { status: 200, headers: {}, body: '' }
  }
  const store = await openStore(':memory:')
  await createAudit(store, { now: () => new Date() }).record({ type: 'signout', result: 'success' })
  const target = {
    url: 'https://siem.example.com',
    format: 'jsonl',
    headers: {},
    secret: undefined,
  } as const
  const sink = webhookSink('siem', target, { http, now: () => new Date() })
  await sink.send(await rowsOf(store), new AbortController().signal)
  await store.close()
  const config: SamlProviderConfig = {
    id: 'corp',
    title: 'Corp',
    metadata: { url: 'https://idp.example.com' },
    entityId: undefined,
    spEntityId: 'https://aws.example.com',
    acsUrl: 'https://aws.example.com/acs',
    sloUrl: 'https://aws.example.com/slo',
    attributes: { username: 'nameId', displayName: undefined, email: undefined, groups: [] },
    allowUnsolicited: false,
    forceAuthn: false,
    authnContexts: [],
    clockSkewSeconds: 60,
    allow: [],
    logout: 'local',
    signRequests: undefined,
    emailDomains: [],
  }
  const options = { http, now: () => new Date(), onProblem: () => undefined, canSign: () => false }
  const provider = createSamlProvider(config, options)
  await provider.refresh()
  provider.close()
  expect(asked).toEqual([
    { timeoutMs: 20_000, maxBytes: 64 * 1024 },
    { timeoutMs: 10_000, maxBytes: 10 * 1024 * 1024 },
  ])
})
