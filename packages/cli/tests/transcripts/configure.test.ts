import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { passwordName } from '../../src/keys/login.ts'
import { openVault } from '../../src/vault/open-vault.ts'
import { directoryWith } from '../support/rolecall.ts'
import { onTerminal } from './support/on-terminal.ts'

const [enter, down, stop] = ['\r', '\u001b[B', '\u0003']

async function identityProvider(): Promise<string> {
  const server = createServer((_, response) => void response.writeHead(404).end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/app`
}

test('an address, the provider from a list, the person, and a password for the vault', async () => {
  const home = directoryWith({})
  const url = await identityProvider()
  const env = { HOME: home, ROLECALL_KEYRING: 'file', NO_COLOR: '1' }
  const { code, screen, raw } = await onTerminal(['configure', '-a', 'work'], {
    env,
    steps: [
      ['Address of the Rolecall server', `${url}${enter}`],
      [/Who signs you in\?[\s\S]*Browser/, `${down}${down}${enter}`],
      [/Second factor:[\s\S]*PUSH/, `${down}${enter}`],
      ['Username:', `alice@example.com${enter}`],
      ['Keep the password now', `y${enter}`],
      ['Password of alice@example.com', `planted-password${enter}`],
    ],
  })
  expect(code).toBe(0)
  expect(screen).toContain('next: rolecall login -a work')
  expect(raw).not.toContain('planted')
  expect(readFileSync(join(home, '.config/rolecall/config'), 'utf8')).toBe(
    `[work]\nprovider = JumpCloud\nurl = ${url}\nusername = alice@example.com\nmfa = TOTP\n`,
  )
  const out = { write: () => true }
  const vault = openVault({ in: new PassThrough(), out, err: out, env })
  expect(await vault.get(passwordName({ name: 'work', url }, 'alice@example.com'))).toBe(
    'planted-password',
  )
  const state = join(home, '.local/state/rolecall')
  const files = readdirSync(state, { withFileTypes: true, recursive: true })
  for (const file of files.filter(entry => entry.isFile())) {
    expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toContain('planted')
  }
})

test('Ctrl-C writes nothing', async () => {
  const home = directoryWith({})
  const { code } = await onTerminal(['configure'], {
    env: { HOME: home },
    steps: [['Address of the Rolecall server', stop]],
  })
  expect([code, existsSync(join(home, '.config'))]).toEqual([130, false])
})
