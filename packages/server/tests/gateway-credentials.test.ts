/** The gateway's own AWS credentials fail: the page must not blame the role or its trust policy. */
import { join } from 'node:path'
import {
  type CredentialSource,
  environmentCredentials,
  profileCredentials,
  staticCredentials,
} from '@rolecall/aws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ErrorBody } from '../src/http/api.ts'
import { signedIn, startGateway, type TestGateway } from './gateway.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

const unknownKeys = { accessKeyId: 'AKIAUNKNOWNUNKNOWN12', secretAccessKey: 'secret-of-nobody' }

/** A profile that takes a role with keys that AWS does not know, or in no way at all. */
function roleProfile(source: string): () => CredentialSource {
  return () => {
    const credentials = `[hub]
role_arn = arn:aws:iam::100000000001:role/Hub
region = us-east-1
${source}
[keys]
aws_access_key_id = AKIAUNKNOWNUNKNOWN12
aws_secret_access_key = secret-of-nobody`
    const credentialsFile = join(temporaryDirectory({ credentials }), 'credentials')
    const env = { AWS_ENDPOINT_URL_STS: at.config.aws.endpoints.sts }
    return profileCredentials({ profile: 'hub', credentialsFile, env })
  }
}

test.each<[string, () => CredentialSource, string]>([
  ['there are none', () => environmentCredentials({}), 'no_credentials'],
  [
    'the secret is missing',
    () => environmentCredentials({ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' }),
    'incomplete_credentials',
  ],
  ['the profile takes a role with nothing', roleProfile(''), 'bad_profile'],
  [
    'the profile takes a role with unknown keys',
    roleProfile('source_profile = keys'),
    'InvalidClientTokenId',
  ],
  ['AWS does not know them', () => staticCredentials(unknownKeys), 'InvalidClientTokenId'],
])('when %s, the answer says so and the log has the cause', async (_when, source, cause) => {
  const credentials = source()
  await at.gateway.reload({ ...at.config, aws: { ...at.config.aws, credentials } })
  const alice = await signedIn(at)
  const answer = await alice.postJson(`${at.url}/api/v1/roles/prod/ReadOnly/credentials`, {})
  const { error }: ErrorBody = JSON.parse(answer.body)
  expect([answer.status, error.code]).toEqual([502, 'gateway-credentials'])
  const [recorded] = await at.gateway.audit.recent({ limit: 1 })
  expect(recorded?.id).toBe(error.eventId)
  expect(recorded?.event).toMatchObject({ type: 'role.refused', result: 'error', code: cause })
  expect(answer.body).not.toContain(cause)
})
