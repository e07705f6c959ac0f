import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { directoryWith } from '../../tests/support/rolecall.ts'
import { commandLine, commandWords } from './process-command.ts'

const started = { execPath: '/opt/node', script: '/opt/rolecall.mjs', platform: 'linux' }

it('is the name when PATH has the command, else whole paths', () => {
  const folder = directoryWith({ rolecall: '' })
  const here = () => commandWords({ PATH: `relative:/nowhere:${folder}` }, started)
  expect(here()).toEqual(['/opt/node', '/opt/rolecall.mjs'])
  chmodSync(join(folder, 'rolecall'), 0o755)
  expect(here()).toEqual(['rolecall'])
  const other = directoryWith({})
  mkdirSync(join(other, 'rolecall'))
  expect(commandWords({ PATH: other }, started)).toEqual(['/opt/node', '/opt/rolecall.mjs'])
})

it('has its ending on Windows', () => {
  const folder = directoryWith({ 'rolecall.cmd': '' })
  chmodSync(join(folder, 'rolecall.cmd'), 0o755)
  expect(commandWords({ Path: folder }, { ...started, platform: 'win32' })).toEqual([
    'rolecall.cmd',
  ])
})

it('is quoted for those who read it', () => {
  const words = ['C:\\Program Files\\node.exe', 'a&b', '123456789012/x+=,.@-']
  expect(commandLine(words, 'win32')).toBe(
    '"C:\\Program Files\\node.exe" "a&b" 123456789012/x+=,.@-',
  )
  expect(() => commandLine(['%PATH%'], 'win32')).toThrow('cannot be a word')
  expect(commandLine(["it's", '$x', '~'], 'linux')).toBe("'it'\\''s' '$x' '~'")
})
