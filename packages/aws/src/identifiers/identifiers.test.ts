import { describe, expect, it } from 'vitest'
import { AwsError } from '../errors.ts'
import { parseArn, parseRoleArn, roleArn } from './arn.ts'
import { partitionOf, partitions } from './partitions.ts'

function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof AwsError) return error.code
    throw error
  }
  return 'no error'
}

describe('partitionOf', () => {
  it.each([
    ['eu-central-1', 'aws'],
    ['mx-central-1', 'aws'],
    ['ap-southeast-7', 'aws'],
    ['aws-global', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['aws-cn-global', 'aws-cn'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['arn:aws-cn:iam::123456789012:role/Name', 'aws-cn'],
    ['aws-us-gov', 'aws-us-gov'],
  ])('%s belongs to %s', (text, partition) => {
    expect(partitionOf(text).id).toBe(partition)
  })

  it.each([
    '',
    'mars-north-1',
    'eu-central-1.evil.example',
    'eu-central-1\n',
    'EU-CENTRAL-1',
    'arn:aws-mars:iam::123456789012:role/Name',
    'constructor',
    '__proto__',
  ])('%j belongs to none', text => {
    expect(codeOf(() => partitionOf(text))).toBe('bad_region')
  })

  it('gives each global region to its own partition only', () => {
    for (const info of Object.values(partitions)) {
      const matching = Object.values(partitions).filter(other =>
        other.regionRegex.test(info.globalRegion),
      )
      expect(matching).toEqual([info])
    }
  })
})

describe('parseArn', () => {
  it('reads the parts, colons in the resource included', () => {
    expect(parseArn('arn:aws:logs:eu-west-1:123456789012:log-group:/a:*')).toEqual({
      partition: 'aws',
      service: 'logs',
      region: 'eu-west-1',
      accountId: '123456789012',
      resource: 'log-group:/a:*',
    })
    expect(parseArn('arn:aws:iam::aws:policy/ReadOnlyAccess').accountId).toBe('aws')
  })

  it.each([
    'arn:aws:iam::12345678901:role/Name',
    'arn:aws:iam::1234567890123:role/Name',
    'arn:mars:iam::123456789012:role/Name',
    'arn:aws:iam::123456789012:',
    'arn:aws:iam::123456789012:role/A\nB',
    ' arn:aws:iam::123456789012:role/Name',
    'role/Name',
  ])('refuses %j', text => {
    expect(codeOf(() => parseArn(text))).toBe('bad_arn')
  })
})

describe('role ARNs', () => {
  it.each([
    ['/', 'Admin'],
    ['/team/ops/', 'a.b+c=d,e@f-g_h'],
  ])('are written and read back with path %s', (path, name) => {
    const text = roleArn({ partition: 'aws-eusc', accountId: '123456789012', path, name })
    expect(text).toBe(`arn:aws-eusc:iam::123456789012:role${path}${name}`)
    expect(parseRoleArn(text)).toEqual({
      partition: 'aws-eusc',
      accountId: '123456789012',
      path,
      name,
    })
  })

  it.each([
    'arn:aws:iam::123456789012:user/Name',
    'arn:aws:sts::123456789012:assumed-role/Name/session',
    'arn:aws:iam:us-east-1:123456789012:role/Name',
    'arn:aws:iam::aws:role/Name',
    'arn:aws:iam::123456789012:role/',
    'arn:aws:iam::123456789012:role/na me',
    `arn:aws:iam::123456789012:role/${'a'.repeat(65)}`,
  ])('refuses %s', text => {
    expect(codeOf(() => parseRoleArn(text))).toBe('bad_arn')
  })

  it('refuses to write a name that would read back as a path', () => {
    const role = { partition: 'aws', accountId: '123456789012', name: 'team/Admin' } as const
    expect(codeOf(() => roleArn(role))).toBe('bad_arn')
    expect(codeOf(() => roleArn({ ...role, name: 'Admin', path: 'team/' }))).toBe('bad_arn')
  })
})
