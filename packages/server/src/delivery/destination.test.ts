import type { Partition } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { numbered, roleOffer } from '../../tests/support/grants-world.ts'
import { checkDestination } from './destination.ts'

const offer = (partition: Partition, destination?: string) =>
  roleOffer(numbered('a', 1, { partition }), { destination })

const refused = expect.objectContaining({ code: 'bad-destination' })

test.each<[Partition, string]>([
  ['aws', 'https://console.aws.amazon.com/'],
  ['aws', 'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1#Instances:'],
  ['aws-cn', 'https://console.amazonaws.cn/'],
  ['aws-us-gov', 'https://console.amazonaws-us-gov.com/'],
])('%s: %s', (partition, page) => {
  expect(checkDestination(page, offer(partition), undefined)).toBe(page)
})

test.each<[Partition, string]>([
  ['aws', 'https://console.amazonaws.cn/'],
  ['aws-cn', 'https://console.aws.amazon.com/'],
  ['aws-us-gov', 'https://console.aws.amazon.com/'],
  ['aws', 'https://signin.aws.amazon.com.evil.example/'],
  ['aws', 'https://console.aws.amazon.com:8443/'],
  ['aws', 'https://a:b@console.aws.amazon.com/'],
  ['aws', 'https://evil-console.aws.amazon.com.example/'],
  ['aws', 'data:text/html,x'],
  ['aws', ''],
  ['aws', `https://console.aws.amazon.com/${'a'.repeat(2048)}`],
])('%s: not %s', (partition, page) => {
  expect(() => checkDestination(page, offer(partition), undefined)).toThrow(refused)
})

test('without a wish the grant’s page, else the first page of the console', () => {
  const page = 'https://console.aws.amazon.com/s3/'
  expect(checkDestination(undefined, offer('aws', page), undefined)).toBe(page)
  expect(checkDestination(undefined, offer('aws'), undefined)).toMatch(
    /^https:\/\/console\.aws\.amazon\.com\//,
  )
})

test.each<[Partition, string, string]>([
  ['aws', 'eu-central-1', 'https://eu-central-1.console.aws.amazon.com/'],
  ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
  ['aws-cn', 'eu-central-1', 'https://console.amazonaws.cn/'],
])('of %s with the region %s: %s', (partition, region, page) => {
  expect(checkDestination(undefined, { ...offer(partition), region }, undefined)).toBe(page)
})

test('a configured console counts by its origin', () => {
  const own = 'http://127.0.0.1:9000/console'
  expect(checkDestination(undefined, offer('aws'), own)).toBe(own)
  expect(checkDestination('http://127.0.0.1:9000/s3', offer('aws'), own)).toContain('/s3')
  for (const page of ['http://127.0.0.1:9001/', 'blob:http://127.0.0.1:9000/x']) {
    expect(() => checkDestination(page, offer('aws'), own)).toThrow(refused)
  }
})
