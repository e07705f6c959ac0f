import { isConsoleUrl } from '@rolecall/aws'
import { expect, test } from 'vitest'
import { destinationOf } from './destination.ts'
import { serviceNames } from './services.ts'

test.each([
  [{}, 'https://console.aws.amazon.com/'],
  [{ region: 'eu-central-1' }, 'https://eu-central-1.console.aws.amazon.com/'],
  [{ service: 'ec2' }, 'https://console.aws.amazon.com/ec2/home'],
  [
    { service: 'EC2', region: 'eu-central-1' },
    'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1',
  ],
  [
    { service: 'cw', region: 'eu-west-1' },
    'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1',
  ],
  [
    { service: 'logs', region: 'eu-west-1' },
    'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups',
  ],
  [{ service: 'iam', region: 'eu-west-1' }, 'https://console.aws.amazon.com/iam/home'],
  [{ service: 'brandnew' }, 'https://console.aws.amazon.com/brandnew/home'],
  [{ service: 'constructor' }, 'https://console.aws.amazon.com/constructor/home'],
  [
    { service: '/s3/buckets/mine?tab=objects', region: 'eu-west-1' },
    'https://eu-west-1.console.aws.amazon.com/s3/buckets/mine?tab=objects&region=eu-west-1',
  ],
  [{ destination: '/ec2/home#Instances:' }, 'https://console.aws.amazon.com/ec2/home#Instances:'],
  [
    { destination: 'https://us-east-2.console.aws.amazon.com/ec2/' },
    'https://us-east-2.console.aws.amazon.com/ec2/',
  ],
])('%j opens %s', (wish, address) => {
  expect(destinationOf(wish, 'aws')).toBe(address)
})

test('every partition has its own console', () => {
  const ec2 = (region: string, partition: Parameters<typeof destinationOf>[1]) =>
    new URL(destinationOf({ service: 'ec2', region }, partition)).host
  expect(ec2('us-gov-west-1', 'aws-us-gov')).toBe('us-gov-west-1.console.amazonaws-us-gov.com')
  expect(ec2('cn-north-1', 'aws-cn')).toBe('cn-north-1.console.amazonaws.cn')
  expect(ec2('eusc-de-east-1', 'aws-eusc')).toBe('eusc-de-east-1.console.amazonaws-eusc.eu')
})

test('every name of a service is a page of the console', () => {
  for (const service of serviceNames) {
    const address = destinationOf({ service, region: 'eu-central-1' }, 'aws')
    expect([service, isConsoleUrl(address, 'aws')]).toEqual([service, true])
  }
})

test.each([
  [{ destination: 'https://attacker.example/' }],
  [{ destination: 'https://console.aws.amazon.com.attacker.example/' }],
  [{ destination: 'https://console.amazonaws.cn/ec2' }],
  [{ destination: '//attacker.example/', region: undefined, service: 'ec2' }],
  [{ service: 'ec2', region: 'cn-north-1' }],
  [{ service: 'a b/c' }],
  [{ destination: '/a\\b' }],
])('%j opens nothing', wish => {
  expect(() => destinationOf(wish, 'aws')).toThrow(expect.objectContaining({ reason: 'usage' }))
})
