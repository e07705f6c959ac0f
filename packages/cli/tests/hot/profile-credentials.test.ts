import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/exit-codes.ts'
import { profileRequest } from '../../src/hot/profile-request.ts'
import { signedInUser } from './command.ts'

const arn = 'arn:aws:iam::123456789012:role/Admin'

describe('credentials of a profile', () => {
  test('are printed without the command line of the whole program', async () => {
    const { folder, run } = await signedInUser()
    const file = join(folder, 'credentials')
    writeFileSync(file, '[keys]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s3cret\n')
    const variables = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_EC2_METADATA_DISABLED: 'true' }
    const found = run(['credentials', '--profile', 'keys'], variables)
    expect(found.err).toBe('')
    expect(JSON.parse(found.out)).toEqual({
      Version: 1,
      AccessKeyId: 'AKIAEXAMPLE',
      SecretAccessKey: 's3cret',
    })
    const unwanted = /commander|zod|yaml|inquirer|keyring\/|packages\/server|src\/run\.ts/
    expect(found.modules.filter(name => unwanted.test(name))).toEqual([])

    const lost = run(['credentials', '--profile', 'kyes'], variables)
    expect(lost.out).toBe('')
    expect(lost.err).toMatch(/^rolecall: .*kyes.*\nhint: /)
    expect(lost.code).toBe(exitCodes.credentials.code)
    // The other way to the same end says the same.
    const whole = run(['credentials', '--profile', 'kyes', '--skip-prompt'], variables)
    expect({ ...whole, modules: [], atOnce: true }).toEqual({ ...lost, modules: [] })
  })

  test.each([
    [['--profile', 'prod'], { profile: 'prod' }],
    [['--profile=a=b', '--region', 'eu-west-1'], { profile: 'a=b', region: 'eu-west-1' }],
    [['--role-arn', arn, '--role-arn', 'other'], { roleArn: [arn, 'other'] }],
    [
      ['--role-arn', arn, '--duration', '900', '--session-name', 'me', '--external-id', 'x'],
      { roleArn: [arn], duration: 900, sessionName: 'me', externalId: 'x' },
    ],
    [['--region', 'eu-west-1'], undefined],
    [['--duration', '900'], undefined],
    [['--role-arn', arn, '--duration', '899'], undefined],
    [['--role-arn', arn, '--duration', '43201'], undefined],
    [['--role-arn', arn, '--duration', '1e3'], undefined],
    [['--profile', 'a', '--profile', 'b'], undefined],
    [['--profile', 'a', 'prod/admin'], undefined],
    [['--profile', 'a', '-a', 'work'], undefined],
    [['--profile', 'a', '--debug', 'x'], undefined],
    [['--profile', 'a', '--constructor', 'x'], undefined],
    [['--profile', 'a', '--__proto__', 'x'], undefined],
    [['--profile', '--help'], undefined],
    [['--profile', '--'], undefined],
    [['--profile='], undefined],
    [['--profile'], undefined],
    [[], undefined],
  ])('%j are %j', (words, options) => {
    expect(profileRequest(['credentials', ...words])).toEqual(options)
    expect(profileRequest(['exec', ...words])).toBe(undefined)
  })
})
