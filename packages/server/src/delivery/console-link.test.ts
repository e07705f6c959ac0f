import type { HttpRequest } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { numbered, roleOffer } from '../../tests/support/grants-world.ts'
import type { Config } from '../config/config.ts'
import type { RoleSession } from '../nouns.ts'
import { checkIssuer, consoleFor } from './console-link.ts'

const config = {
  publicUrl: 'https://rolecall.example.com',
  aws: { timeoutMs: 1000, endpoints: { federation: undefined } },
} as unknown as Config

const session = (isChained: boolean): RoleSession => ({
  offer: roleOffer(numbered('a', 1)),
  assumedRoleArn: 'arn',
  sessionName: 'alice',
  sourceIdentity: undefined,
  credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', sessionToken: 't' },
  takenAt: new Date(0),
  expiration: new Date(0),
  durationSeconds: 3600,
  isChained,
  notes: [],
  requestId: undefined,
})

async function opened(isChained: boolean, page: { issuer?: string; durationSeconds?: number }) {
  const sent: HttpRequest[] = []
  const http = async (request: HttpRequest) => {
    sent.push(request)
    return { status: 200, headers: {}, body: '{"SigninToken":"token"}' }
  }
  const destination = 'https://console.aws.amazon.com/'
  const url = await consoleFor(session(isChained), { ...page, destination }, { config, http })
  const form = new URLSearchParams(String(sent[0]?.body))
  return { url: new URL(url), duration: form.get('SessionDuration') }
}

test.each<[string, boolean, number | undefined, string | null]>([
  ['is not said when nobody wishes one', false, undefined, null],
  ['is the one that is wished', false, 7200, '7200'],
  ['is at least what AWS takes', false, 1, '900'],
  ['is at most what AWS takes', false, 100_000, '43200'],
  ['is left out for chained sessions, of which AWS takes none', true, 7200, null],
])('the duration %s', async (_name, isChained, durationSeconds, expected) => {
  const page = durationSeconds === undefined ? {} : { durationSeconds }
  expect((await opened(isChained, page)).duration).toBe(expected)
})

test('AWS sends people back to the issuer, by default to the gateway', async () => {
  const issuerOf = async (page: { issuer?: string }) =>
    (await opened(false, page)).url.searchParams.get('Issuer')
  expect(await issuerOf({})).toBe('https://rolecall.example.com')
  expect(await issuerOf({ issuer: 'https://tools.example.com/a?b=c' })).toBe(
    'https://tools.example.com/a?b=c',
  )
})

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'no address',
  `https://x/${'x'.repeat(2048)}`,
])('the issuer is not %s', issuer => {
  expect(() => checkIssuer(issuer)).toThrow(expect.objectContaining({ code: 'bad-destination' }))
})
