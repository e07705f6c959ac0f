import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Failure } from '../failure.ts'
import { newPassword } from './password.ts'

/** A terminal that types these keys, one chunk for each question, and notes its mode. */
function terminalTyping(...answers: string[]) {
  const modes: boolean[] = []
  let shown = ''
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => {
      modes.push(on)
      const answer = on ? answers.shift() : undefined
      if (answer !== undefined) input.write(answer)
    },
  })
  const err = {
    isTTY: true,
    write: (text: string) => {
      shown += text
    },
  }
  return { terminal: { in: input, out: err, err, env: {} }, modes, shown: () => shown }
}

const password = 'correct horse battery'

test('the password is asked for twice and never shown', async () => {
  const { terminal, modes, shown } = terminalTyping(`${password}\r`, `${password}\r`)
  expect(await newPassword(terminal, false)).toBe(password)
  expect(shown()).toBe('New password (at least 12 characters): \nOnce more: \n')
  expect(modes).toEqual([true, false, true, false])
})

test.each([
  ['backspace takes back the last character', 'abX\x7fc\r', 'abc'],
  ['also one of several bytes', 'ab💥\x7fc\r', 'abc'],
  ['backspace at the begin does no harm', '\x7f\babc\r', 'abc'],
  ['Ctrl-U begins anew', 'wrong\x15abc\r', 'abc'],
  ['a line feed ends it too', 'abc\n', 'abc'],
  ['other control keys count for nothing', 'a\x01b\tc\r', 'abc'],
  ['letters of every kind count', 'pässwört💥\r', 'pässwört💥'],
])('%s', async (_title, keys, typed) => {
  expect(await newPassword(terminalTyping(keys, keys).terminal, false)).toBe(typed)
})

test('two lines pasted at once answer both questions', async () => {
  const { terminal } = terminalTyping(`${password}\r${password}\r`)
  expect(await newPassword(terminal, false)).toBe(password)
})

test('two different passwords are refused', async () => {
  const { terminal } = terminalTyping(`${password}\r`, `${password}x\r`)
  await expect(newPassword(terminal, false)).rejects.toMatchObject({
    reason: 'refused',
    message: 'the two passwords differ',
  })
})

test.each([
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', '\x04'],
])('%s stops it and gives the terminal back', async (_title, key) => {
  const { terminal, modes } = terminalTyping(`abc${key}`)
  const error = await newPassword(terminal, false).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Failure)
  expect(error).toMatchObject({ reason: 'interrupted', exitCode: 130 })
  expect(modes).toEqual([true, false])
})
