import { expect, test } from 'vitest'
import { caller } from './calls.ts'
import {
  adminKeys,
  annKeys,
  auditorKeys,
  companyWorld,
  main,
  strangerKeys,
} from './company-world.ts'
import { runSimulator } from './running.ts'

const running = await runSimulator(companyWorld)
const { clock } = running
const { query } = caller(running)

async function refusal(): Promise<string> {
  const answer = await query(annKeys, 'ec2', 'RunInstances', { DryRun: 'true' })
  expect([answer.status, answer.code]).toEqual([403, 'UnauthorizedOperation'])
  return /Encoded authorization failure message: ([\w-]+)$/.exec(answer.message ?? '')?.[1] ?? ''
}

const decode = (EncodedMessage: string, keys = adminKeys) =>
  query(keys, 'sts', 'DecodeAuthorizationMessage', { EncodedMessage })

test('the message of a refusal says who wanted what, to who may decode it', async () => {
  const encoded = await refusal()
  expect(encoded.length).toBeGreaterThan(100)
  const answer = await decode(encoded)
  expect(JSON.parse(answer.field('DecodedMessage') ?? '')).toMatchObject({
    allowed: false,
    explicitDeny: false,
    matchedStatements: { items: [] },
    context: {
      principal: { name: 'ann', arn: `arn:aws:iam::${main}:user/ann` },
      action: 'ec2:RunInstances',
      resource: '*',
    },
  })
})

test('decoding needs the permission and the same account', async () => {
  const encoded = await refusal()
  for (const keys of [auditorKeys, annKeys]) {
    expect((await decode(encoded, keys)).code).toBe('AccessDenied')
  }
  const invalid = { status: 400, code: 'InvalidAuthorizationMessageException' }
  expect(await decode(encoded, strangerKeys)).toMatchObject(invalid)
})

test.each<[string, (encoded: string) => string]>([
  ['altered', encoded => `${encoded.slice(0, -6)}AAAAAA`],
  ['cut', encoded => encoded.slice(0, 20)],
  ['with a line break', encoded => `${encoded}\n`],
  ['of nobody', () => 'x'.repeat(200)],
])('a message that is %s is refused', async (_, change) => {
  expect(await decode(change(await refusal()))).toMatchObject({
    status: 400,
    code: 'InvalidAuthorizationMessageException',
  })
})

test('an empty and a too long message break the constraint', async () => {
  for (const message of ['', 'x'.repeat(10_241)]) {
    expect((await decode(message)).code).toBe('ValidationError')
  }
})

test('who may, hears that the dry run would have worked; nothing runs', async () => {
  const dry = await query(adminKeys, 'ec2', 'RunInstances', { DryRun: 'true' })
  expect([dry.status, dry.code]).toEqual([412, 'DryRunOperation'])
  const run = await query(adminKeys, 'ec2', 'RunInstances')
  expect([run.status, run.code]).toEqual([400, 'UnsupportedOperation'])
  const odd = await query(adminKeys, 'ec2', '<x>')
  expect([odd.status, odd.code]).toEqual([400, 'InvalidAction'])
  const wrong = { ...adminKeys, accessKeyId: 'AKIANOBODYATALL00001' }
  expect((await query(wrong, 'ec2', 'RunInstances')).code).toBe('AuthFailure')
})

test('messages expire', async () => {
  const encoded = await refusal()
  clock.forward(24 * 3600 + 1)
  expect((await decode(encoded)).code).toBe('InvalidAuthorizationMessageException')
})
