import type { HttpSend } from '@rolecall/aws'
import { expect, onTestFinished, test } from 'vitest'
import type { AccessLog } from './access-log.ts'
import { planOfOptions } from './plan-of-options.ts'
import { startAgent } from './start-agent.ts'

/** A metadata proxy with one role. */
const http: HttpSend = async ({ url }) => ({
  status: 200,
  headers: {},
  body: url.endsWith('/')
    ? 'web'
    : JSON.stringify({
        AccessKeyId: 'ASIAEXAMPLE',
        SecretAccessKey: 'the+secret',
        Token: 'the+token',
        Expiration: '2126-01-01T00:00:00Z',
      }),
})

async function started(log: AccessLog) {
  const plan = planOfOptions(
    { upstream: 'https://afp.example', imdsV1: true, listen: ['127.0.0.1:0'] },
    {},
  )
  const problems: string[] = []
  const report = (problem: string) => problems.push(problem)
  const agent = await startAgent(plan, { env: {}, http, log, report })
  onTestFinished(() => agent.close())
  const [origin] = agent.origins
  const answer = await fetch(`${origin}/latest/meta-data/iam/security-credentials/web`)
  return { answer, body: await answer.text(), problems }
}

test('what cannot be put on record is not handed out', async () => {
  const { answer, body, problems } = await started({
    write: () => {
      throw new Error('ENOSPC')
    },
    close: () => undefined,
  })
  expect([answer.status, body]).toEqual([503, ''])
  expect(problems).toEqual([expect.stringContaining('access log cannot be written')])
})

test('what is put on record is handed out', async () => {
  const lines: unknown[] = []
  const { answer, body } = await started({
    write: line => lines.push(line.answer.role, line.protocol),
    close: () => undefined,
  })
  expect(answer.status).toBe(200)
  expect(body).toContain('the+secret')
  expect(lines).toEqual(['web', 'imds'])
})
