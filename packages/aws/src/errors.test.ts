import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AwsError, awsErrors } from './errors.ts'

describe('AwsError', () => {
  it.each<[string, number | undefined, string, boolean]>([
    ['AccessDenied', 403, 'client', false],
    ['InternalFailure', 500, 'server', true],
    ['Throttling', 400, 'client', true],
    ['SomethingNew', 429, 'client', true],
    ['network', undefined, 'client', true],
    ['timeout', undefined, 'client', false],
  ])('%s with status %s is of the %s, to be retried: %s', (code, status, fault, retryable) => {
    const error = new AwsError(code, 'message', { status })
    expect(error).toMatchObject({ name: 'AwsError', code, status, fault, retryable })
  })

  it('knows the remedy of known codes only', () => {
    expect(new AwsError('timeout', 'm').remedy).toBe(awsErrors.timeout.remedy)
    expect(new AwsError('toString', 'm').remedy).toBeUndefined()
  })

  it('keeps its cause', () => {
    const cause = new Error('socket')
    expect(new AwsError('network', 'm', { fault: 'network', cause })).toMatchObject({
      cause,
      fault: 'network',
    })
    expect('cause' in new AwsError('network', 'm')).toBe(false)
  })
})

describe('awsErrors', () => {
  it.each(Object.entries(awsErrors))(
    '%s has a meaning and a remedy in sentences',
    (_, { meaning, remedy }) => {
      expect(meaning).toMatch(/^[A-Z].*\.$/)
      expect(remedy).toMatch(/^[A-Z].*\.$/)
    },
  )

  it('has every code that this package throws', () => {
    const folder = new URL('.', import.meta.url).pathname
    const thrown = globSync(`${folder}**/*.ts`)
      .filter(file => !file.endsWith('.test.ts'))
      .flatMap(file => [...readFileSync(file, 'utf8').matchAll(/new AwsError\(\s*'(\w+)'/g)])
      .map(([, code = '']) => code)
    expect(thrown.length).toBeGreaterThan(20)
    expect(thrown.filter(code => !Object.hasOwn(awsErrors, code))).toEqual([])
  })
})
