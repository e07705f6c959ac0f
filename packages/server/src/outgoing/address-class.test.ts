import { expect, test } from 'vitest'
import { classOfAddress } from './address-class.ts'

test.each([
  ['public', '8.8.8.8', '2001:4860:4860::8888', '1.1.1.1', '::ffff:8.8.8.8', '64:ff9b::808:808'],
  ['private', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd12::1'],
  ['never', '64:ff9b:1:a9fe:a9:fe00:808:808', '2001:0:808:808::5601:5601', 'fd20:ce::254'],
  ['never', '::ffff:0:169.254.169.254', 'fd00:42::42'],
  ['private', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '::ffff:a00:1', '::10.0.0.1'],
  [
    'loopback',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '2002:7f00:1::',
  ],
  ['never', '169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254'],
  ['never', '0.0.0.0', '::', '224.0.0.1', '255.255.255.255', 'ff02::1', '::ffff:169.254.169.254'],
  [
    'never',
    '100.100.100.200',
    '168.63.129.16',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
    'name',
    '',
  ],
])('%s: %s and so on', (kind, ...addresses) => {
  for (const address of addresses)
    expect([address, classOfAddress(address)]).toEqual([address, kind])
})
