import { expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'

test('without a hash the answer is no, also for the password behind the stand-in', async () => {
  const passwords = createPasswords()
  expect(await passwords.verify('no user has this password', undefined)).toBe(false)
})

test('two hashes of one password differ, and both verify it', async () => {
  const passwords = createPasswords()
  const [one, two] = [await passwords.hash('a password'), await passwords.hash('a password')]
  expect(one).not.toBe(two)
  expect(await passwords.verify('a password', one)).toBe(true)
  expect(await passwords.verify('a password', two)).toBe(true)
  expect(await passwords.verify('A password', two)).toBe(false)
})

test('a hash that is none is an error, not a no', async () => {
  await expect(createPasswords().verify('a password', 'broken')).rejects.toThrow()
})
