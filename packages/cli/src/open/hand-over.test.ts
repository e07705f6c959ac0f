import { expect, test } from 'vitest'
import { handOver } from './hand-over.ts'

const secret = 'https://signin.aws.amazon.com/federation?Action=login&SigninToken=secret'

test('a browser that comes by is led to the secret address, once', async () => {
  let opened = ''
  const handing = handOver(secret, async url => {
    opened = url
  })
  while (opened === '') await new Promise(resolve => setTimeout(resolve, 1))
  expect(opened).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/)
  expect((await fetch(`${opened}x`, { redirect: 'manual' })).status).toBe(404)
  const answer = await fetch(opened, { redirect: 'manual' })
  expect(answer.headers.get('location')).toBe(secret)
  await handing
  await expect(fetch(opened)).rejects.toThrow()
})

test('a browser that cannot be started ends it at once', async () => {
  const failing = handOver(secret, async () => {
    throw new Error('no such program')
  })
  await expect(failing).rejects.toThrow('no such program')
})
