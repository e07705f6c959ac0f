/** The gateway's own AWS credentials fail: the page must not blame the role or its trust policy. */
import { type CredentialSource, environmentCredentials, staticCredentials } from '@rolecall/aws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ErrorBody } from '../src/http/api.ts'
import { signedIn, startGateway, type TestGateway } from './gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await startGateway()
})
afterAll(() => at.close())

const unknownKeys = { accessKeyId: 'AKIAUNKNOWNUNKNOWN12', secretAccessKey: 'secret-of-nobody' }

test.each<[string, CredentialSource, string]>([
  ['there are none', environmentCredentials({}), 'no_credentials'],
  [
    'the secret is missing',
    environmentCredentials({ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' }),
    'incomplete_credentials',
  ],
  ['AWS does not know them', staticCredentials(unknownKeys), 'InvalidClientTokenId'],
])('when %s, the answer says so and the log has the cause', async (_when, credentials, cause) => {
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
