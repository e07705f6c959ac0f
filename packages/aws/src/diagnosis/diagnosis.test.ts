import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import { clockAheadMs, clockFinding } from './clock-finding.ts'
import { errorFinding } from './error-findings.ts'
import { credentialFindings } from './findings.ts'
import { keyFindings } from './key-findings.ts'
import { nearestName } from './nearest-name.ts'
import { fileFindings } from './place-findings.ts'

describe('the table of findings', () => {
  it.each(Object.entries(credentialFindings))('%s is in sentences', (code, entry) => {
    expect(code).toMatch(/^[a-z]+\.[a-z-]+$/)
    expect(entry.meaning).toMatch(/^[A-Z].*\.$/)
    expect(entry.remedy).toMatch(/^[A-Z]/)
  })
})

describe('nearestName', () => {
  it.each([
    ['prodution', ['dev', 'production', 'prod'], 'production'],
    ['PROD', ['prod', 'dev'], 'prod'],
    ['prdo', ['prod', 'dev'], 'prod'],
    ['a', ['b', 'ab'], 'b'],
    ['something', ['else', 'other'], undefined],
    ['x', [], undefined],
  ])('of %s among %j is %s', (given, names, nearest) => {
    expect(nearestName(given, names)).toBe(nearest)
  })
})

describe('keyFindings', () => {
  const where = 'here'
  it('never repeats a secret or a token, whatever stands there', () => {
    const text = fc.option(fc.string({ minLength: 8, maxLength: 60 }), { nil: undefined })
    fc.assert(
      fc.property(text, text, text, (accessKeyId, secretAccessKey, sessionToken) => {
        const found = keyFindings({ where, accessKeyId, secretAccessKey, sessionToken })
        const said = found.map(({ message, remedy }) => message + remedy).join('\n')
        for (const each of [accessKeyId, secretAccessKey, sessionToken]) {
          if (each !== undefined) expect(said).not.toContain(each)
        }
      }),
    )
  })

  it('finds nothing in good keys', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^A[KS]IA[A-Z2-7]{16}$/),
        fc.stringMatching(/^[A-Za-z0-9/+]{40}$/),
        (accessKeyId, secretAccessKey) => {
          const sessionToken = accessKeyId.startsWith('ASIA') ? 'token' : undefined
          const keys = { where, accessKeyId, secretAccessKey, sessionToken }
          expect(keyFindings(keys)).toEqual([])
        },
      ),
    )
  })
})

describe('the clock', () => {
  it('is compared with the middle of the exchange', () => {
    const sent = new Date('2026-01-02T03:04:05.000Z')
    const received = new Date('2026-01-02T03:04:09.000Z')
    expect(clockAheadMs(new Date('2026-01-02T03:04:07Z'), sent, received)).toBe(500)
  })

  it.each([
    [300_000, undefined],
    [300_001, 'warning'],
    [-900_000, 'warning'],
    [-900_001, 'error'],
  ])('%i ms: %s', (ahead, severity) => {
    expect(clockFinding(ahead, 'sts')?.severity).toBe(severity)
  })
})

describe('errorFinding', () => {
  const context = { where: 'AWS', region: 'eu-west-1' }
  it.each([
    ['RequestExpired', 'x', 'clock.skew'],
    ['SignatureDoesNotMatch', 'Signature expired: a is now earlier than b', 'clock.skew'],
    ['SignatureDoesNotMatch', 'The request signature we calculated does not match', 'key.secret'],
    ['SignatureDoesNotMatch', 'Credential should be scoped to a valid region. ', 'endpoint.region'],
    ['AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 'role.trust'],
    ['OptInRequired', 'x', 'region.disabled'],
    ['proxy_refused', 'x', 'endpoint.unreachable'],
    ['SomethingNew', 'x', 'source.failed'],
    [
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      'role.chaining',
    ],
    [
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      'source.failed',
    ],
  ])('%s, "%s": %s', (code, message, found) => {
    expect(errorFinding(new AwsError(code, message), context)).toMatchObject({ code: found })
  })

  it('of another account also asks for a policy of the caller', () => {
    const message =
      'User: arn:aws:sts::111122223333:assumed-role/Broker/task is not authorized to perform: sts:TagSession on resource: arn:aws:iam::444455556666:role/team/Deploy because no session policy allows it'
    const { remedy } = errorFinding(new AwsError('AccessDenied', message), context)
    expect(remedy).toContain('"AWS": "arn:aws:iam::111122223333:role/Broker"')
    expect(remedy).toContain(
      'a policy of the caller must allow sts:TagSession on arn:aws:iam::444455556666:role/team/Deploy',
    )
  })

  it('of something else says no more than its name', () => {
    expect(errorFinding(new TypeError('secret'), context).message).toBe('AWS: TypeError')
  })
})

it('a remedy is a command that a shell takes as it is meant', () => {
  const [found] = fileFindings([{ path: "/home/a b/it's", mode: 0o644 }])
  expect(found?.remedy).toBe(`chmod 600 '/home/a b/it'\\''s'`)
})
