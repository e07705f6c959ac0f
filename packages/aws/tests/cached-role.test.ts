/** A cache over a role, at an endpoint with real sockets that breaks. */
import { describe, expect, it } from 'vitest'
import { cachedCredentials, roleCredentials, staticCredentials } from '../src/index.ts'
import { listen } from './listen.ts'

const start = Date.UTC(2026, 0, 1)
const minute = 60_000

/** An STS whose sessions last 15 minutes of the test's clock, and its clock. */
async function world() {
  const at = { now: start, calls: 0, status: 200 }
  const endpoint = await listen((_, response) => {
    at.calls += 1
    response.statusCode = at.status
    const expiration = new Date(at.now + 15 * minute).toISOString()
    const body = `<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/A/me</Arn></AssumedRoleUser><Credentials>
      <AccessKeyId>ASIA${String(at.calls).padStart(4, '0')}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials>
      </AssumeRoleResult></AssumeRoleResponse>`
    response.end(at.status === 200 ? body : '')
  })
  const now = () => new Date(at.now)
  const source = roleCredentials({
    source: staticCredentials({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' }),
    sts: { region: 'us-east-1', endpoint: `${endpoint}/`, now, retry: { delayMs: () => 1 } },
    roleArn: 'arn:aws:iam::123456789012:role/A',
    roleSessionName: 'me',
  })
  const cached = cachedCredentials(source, { now, random: () => 0 })
  const burst = () => Promise.allSettled(Array.from({ length: 500 }, () => cached.get()))
  return { at, burst }
}

async function outcomes(settled: Promise<PromiseSettledResult<{ accessKeyId: string }>[]>) {
  const said = (await settled).map(one =>
    one.status === 'fulfilled' ? one.value.accessKeyId : String(one.reason.code),
  )
  return [...new Set(said)]
}

describe('cachedCredentials over a role', () => {
  it('costs one AssumeRole for 500 callers, and one more when it has expired', async () => {
    const { at, burst } = await world()
    expect(await outcomes(burst())).toEqual(['ASIA0001'])
    at.now += 15 * minute
    expect(await outcomes(burst())).toEqual(['ASIA0002'])
    expect(at.calls).toBe(2)
  })

  it('lives through an endpoint that fails for a while, and never gives expired ones', async () => {
    const { at, burst } = await world()
    await burst()
    at.status = 503
    at.now += 14 * minute
    expect(await outcomes(burst())).toEqual(['ASIA0001'])
    at.now += minute
    const [code, ...others] = await outcomes(burst())
    expect([code, others]).toEqual(['bad_answer', []])
    // Three attempts for each of two refreshes, not for each of a thousand callers.
    expect(at.calls).toBeLessThanOrEqual(1 + 2 * 3)
    at.status = 200
    at.now += 10_000
    const [id] = await outcomes(burst())
    expect(id).toBe(`ASIA${String(at.calls).padStart(4, '0')}`)
  })
})
