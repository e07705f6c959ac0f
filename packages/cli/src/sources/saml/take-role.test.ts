import { expect, test } from 'vitest'
import { regionFor, type Taking, takeRole } from './take-role.ts'

test.each([
  ['aws', 'eu-central-1', 'eu-central-1'],
  ['aws', undefined, 'us-east-1'],
  ['aws', 'cn-north-1', 'us-east-1'],
  ['aws-us-gov', 'us-gov-east-1', 'us-gov-east-1'],
  ['aws-us-gov', 'us-east-1', 'us-gov-west-1'],
  ['aws-cn', undefined, 'cn-northwest-1'],
  ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1'],
] as const)('a role of %s with the region %s is taken in %s', (partition, region, taken) => {
  expect(regionFor({ partition }, region)).toBe(taken)
})

test('a time that is refused again and again is lowered six times at most', async () => {
  const asked: number[] = []
  const role = {
    partition: 'aws',
    roleArn: 'arn:aws:iam::100000000002:role/ReadOnly',
    principalArn: 'arn:aws:iam::100000000002:saml-provider/company',
  }
  const taking = {
    ...{ connection: { policyArns: [], httpAttempts: 1 }, role },
    ...{ samlResponse: 'PHNhbWw+', durationSeconds: 43_200, wished: 43_200 },
    aws: {
      async send({ body }: { body: string }) {
        const seconds = Number(new URLSearchParams(body).get('DurationSeconds'))
        asked.push(seconds)
        const message = `The requested DurationSeconds exceeds the MaxSessionDuration of ${seconds - 1}`
        const xml = `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`
        return { status: 400, headers: { 'content-type': 'text/xml' }, body: xml }
      },
    },
  }
  await expect(takeRole(taking as unknown as Taking)).rejects.toMatchObject({
    code: 'ValidationError',
  })
  expect(asked).toEqual([43_200, 43_199, 43_198, 43_197, 43_196, 43_195])
})
