import { expect, test } from 'vitest'
import { regionFor } from './take-role.ts'

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
