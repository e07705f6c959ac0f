import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { openVault } from '../../src/vault/open-vault.ts'
import { userFolder } from './user-folder.ts'

function terminal(env: Record<string, string>) {
  let said = ''
  const write = (text: string) => {
    said += text
  }
  const err = { write }
  return { in: Readable.from([]), out: err, err, env, said: () => said }
}

const fileOf = (env: Record<string, string>) => join(env.ROLECALL_STATE ?? '', 'secrets')

describe('the vault in an encrypted file', () => {
  test('keeps texts between commands and says once where', async () => {
    const { env } = userFolder()
    const first = terminal(env)
    const vault = openVault(first)
    expect(await vault.get('password:work:alice')).toBeUndefined()
    expect(await vault.delete('password:work:alice')).toBe(false)
    expect(existsSync(fileOf(env))).toBe(false)
    await vault.set('password:work:alice', 'hunter2 €')
    await vault.set('cookies:work:alice', 'c'.repeat(40_000))
    expect(first.said()).toMatch(
      /no keyring here \(there is no D-Bus session\): secrets are kept in an encrypted file/,
    )
    expect(first.said().split('\n')).toHaveLength(2)

    const second = terminal(env)
    const again = openVault(second)
    expect(await again.get('password:work:alice')).toBe('hunter2 €')
    expect(await again.names('password:')).toEqual(['password:work:alice'])
    expect(await again.delete('password:work:alice')).toBe(true)
    expect(await again.get('password:work:alice')).toBeUndefined()
    expect(await again.names('')).toEqual(['cookies:work:alice'])
    expect(second.said()).toBe('')
  })

  test('shows neither names nor values', async () => {
    const { env } = userFolder()
    await openVault(terminal(env)).set('password:work:alice', 'hunter2')
    expect(readFileSync(fileOf(env), 'latin1')).not.toMatch(/hunter2|alice|work/)
    for (const file of ['secrets', 'secrets-key']) {
      expect(statSync(join(env.ROLECALL_STATE ?? '', file)).mode & 0o777).toBe(0o600)
    }
  })

  test('that is damaged, cut short or of another machine is warned about and kept aside', async () => {
    const { env } = userFolder()
    const folder = env.ROLECALL_STATE ?? ''
    await openVault(terminal(env)).set('a:b:c', 'one')
    const whole = readFileSync(fileOf(env))
    const flipped = Buffer.from(whole)
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    const damages: readonly (() => void)[] = [
      () => writeFileSync(fileOf(env), flipped),
      () => writeFileSync(fileOf(env), whole.subarray(0, 30)),
      () => writeFileSync(fileOf(env), 'password = hunter2\n'),
      () => writeFileSync(fileOf(env), ''),
      () => rmSync(join(folder, 'secrets-key')),
    ]
    for (const [at, damage] of damages.entries()) {
      damage()
      const bad = readFileSync(fileOf(env))
      const one = terminal(env)
      const vault = openVault(one)
      expect(await vault.get('a:b:c')).toBeUndefined()
      expect(one.said()).toMatch(/secrets cannot be opened: .*sign in again/)
      await vault.set('a:b:c', `new ${at}`)
      expect(await openVault(terminal(env)).get('a:b:c')).toBe(`new ${at}`)
      const aside = readdirSync(folder).filter(name => name.includes('unreadable'))
      expect(aside.map(name => readFileSync(join(folder, name)).equals(bad))).toContain(true)
      for (const name of aside) rmSync(join(folder, name))
    }
  })

  test('of a newer version is left alone', async () => {
    const { env } = userFolder()
    await openVault(terminal(env)).set('a:b:c', 'one')
    writeFileSync(fileOf(env), '{"format":"rolecall secrets 2"}\nxyz')
    const vault = openVault(terminal(env))
    await expect(vault.get('a:b:c')).rejects.toThrow('newer rolecall')
    await expect(vault.set('a:b:c', 'two')).rejects.toThrow('newer rolecall')
    expect(readFileSync(fileOf(env), 'utf8')).toBe('{"format":"rolecall secrets 2"}\nxyz')
  })

  test('is opened by its passphrase only, which is never a part of it', async () => {
    const { env } = userFolder()
    const with_ = { ...env, ROLECALL_PASSPHRASE: 'correct horse' }
    await openVault(terminal(with_)).set('a:b:c', 'one')
    expect(await openVault(terminal(with_)).get('a:b:c')).toBe('one')
    expect(existsSync(join(env.ROLECALL_STATE ?? '', 'secrets-key'))).toBe(false)
    const wrong = openVault(terminal({ ...env, ROLECALL_PASSPHRASE: 'battery staple' }))
    await expect(wrong.get('a:b:c')).rejects.toMatchObject({ reason: 'refused' })
    await expect(wrong.set('a:b:c', 'two')).rejects.toMatchObject({ reason: 'refused' })
    const none = openVault(terminal(env))
    await expect(none.get('a:b:c')).rejects.toMatchObject({ reason: 'cannotAsk' })
    expect(await openVault(terminal(with_)).get('a:b:c')).toBe('one')
  })

  test('of this machine gets a passphrase when one is wished for', async () => {
    const { env } = userFolder()
    await openVault(terminal({ ...env, ROLECALL_KEYRING: 'file' })).set('a:b:c', 'one')
    const with_ = { ...env, ROLECALL_KEYRING: 'passphrase', ROLECALL_PASSPHRASE: 'correct horse' }
    await openVault(terminal(with_)).set('d:e:f', 'two')
    await expect(openVault(terminal(env)).get('a:b:c')).rejects.toMatchObject({
      reason: 'cannotAsk',
    })
    expect(await openVault(terminal(with_)).get('a:b:c')).toBe('one')
  })

  test('loses nothing to writers at the same time', async () => {
    const { env } = userFolder()
    const set = (name: string) => openVault(terminal(env)).set(name, name)
    const names = Array.from({ length: 12 }, (_, at) => `n:${at}:x`)
    await Promise.all(names.map(set))
    expect(await openVault(terminal(env)).names('n:')).toEqual(names.toSorted())
  })
})

describe('which vault is used', () => {
  test('none when it is switched off', async () => {
    const { env } = userFolder()
    for (const vault of [
      openVault(terminal({ ...env, ROLECALL_KEYRING: 'off' })),
      openVault(terminal(env), { disableKeychain: true }),
    ]) {
      await vault.set('a:b:c', 'one')
      expect(await vault.get('a:b:c')).toBe('one')
      expect(existsSync(env.ROLECALL_STATE ?? '')).toBe(false)
    }
  })

  test('a word that is none of the choices is refused', () => {
    const { env } = userFolder()
    expect(() => openVault(terminal({ ...env, ROLECALL_KEYRING: 'pass' }))).toThrow(/"pass"/)
  })

  test('the keyring alone when it must be that, with the reason why not', async () => {
    const { env } = userFolder()
    const vault = openVault(terminal({ ...env, ROLECALL_KEYRING: 'keyring' }))
    await expect(vault.set('a:b:c', 'one')).rejects.toThrow(/no D-Bus session/)
  })

  test.runIf(process.platform === 'linux')(
    'the file when the bus says nothing, which is waited for once',
    async () => {
      const { folder, env } = userFolder()
      let connections = 0
      const bus = createServer(() => {
        connections += 1
      })
      const socket = join(folder, 'bus')
      await new Promise<void>(resolve => bus.listen(socket, resolve))
      try {
        const dead = { ...env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` }
        const one = terminal(dead)
        await openVault(one).set('a:b:c', 'one')
        expect(one.said()).toMatch(/no keyring here \(no answer in 250 ms\)/)
        expect(await openVault(terminal(dead)).get('a:b:c')).toBe('one')
        expect(connections).toBe(1)
      } finally {
        bus.close()
      }
    },
  )
})
