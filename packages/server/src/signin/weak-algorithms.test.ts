import { expect, test } from 'vitest'
import { createEndReminder } from './weak-algorithms.ts'

test('the end that is near is told once a day', () => {
  const said: string[] = []
  const remind = createEndReminder(message => said.push(message))
  const provider = {
    id: 'company',
    allow: [
      { algorithm: 'rsa-sha1', until: '2027-03-31' },
      { algorithm: 'sha1', until: '2028-03-31' },
    ],
  } as const
  for (const time of ['02-01', '03-20', '03-20', '03-21', '04-02']) {
    remind(provider, new Date(`2027-${time}T12:00:00Z`))
  }
  expect(
    said.map(
      each => /^identity provider company: rsa-sha1 is taken for (\d+) more/.exec(each)?.[1],
    ),
  ).toEqual(['12', '11'])
})
