/** Secrets of the command in a real Secret Service, and what comes of it when that is locked or gone. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { keyringVault, openVault } from '@rolecall/cli/vault'
import { inLifetime, type Lifetime } from '../lifetime.ts'
import type { Suite } from './suite.ts'

/** `npm run interop -- keyring` */
export const keyringSuite: Suite = {
  name: 'keyring',
  title: 'GNOME Keyring: the Secret Service that keeps secrets of the command',
  packages: ['gnome-keyring', 'dbus-daemon'],
  run: check =>
    inLifetime(async lifetime => {
      const { env, keyring } = await startKeyring(lifetime)
      const folder = lifetime.folder('state')
      const states = (name: string) => ({ ...env, ROLECALL_STATE: join(folder, name) })
      const open = (at: Record<string, string>) => openVault(terminal(at))

      await check('secrets are there for the next command, and no file is made', async () => {
        const state = states('one')
        const vault = open(state)
        assert.equal(await vault.get('password:work:alice'), undefined)
        await vault.set('password:work:alice', 'hunter2 € \u{1f511}')
        await vault.set('cookies:work:alice', 'c'.repeat(100_000))
        assert.match(vault.place, /Secret Service/)
        const next = open(state)
        assert.equal(await next.get('password:work:alice'), 'hunter2 € \u{1f511}')
        assert.equal((await next.get('cookies:work:alice'))?.length, 100_000)
        assert.deepEqual(await next.names('password:'), ['password:work:alice'])
        assert.equal(existsSync(join(folder, 'one', 'secrets')), false)
      })

      await check('removed ones are gone', async () => {
        const vault = open(states('one'))
        assert.equal(await vault.delete('password:work:alice'), true)
        assert.equal(await vault.delete('password:work:alice'), false)
        assert.equal(await vault.get('password:work:alice'), undefined)
      })

      await check(
        'values that are too long for an entry are kept in several, as on Windows',
        async () => {
          const parts = { env, longest: 1200, tell: () => undefined }
          const vault = keyringVault(parts)
          const value = 'é'.repeat(5000)
          await vault.set('long:work:alice', value)
          await vault.set('long:work:alice', `${value}!`)
          assert.equal(await keyringVault(parts).get('long:work:alice'), `${value}!`)
          assert.deepEqual(await vault.names('long:'), ['long:work:alice'])
          assert.equal(await vault.delete('long:work:alice'), true)
          assert.deepEqual(await keyringVault({ ...parts, longest: 1_000_000 }).names('long:'), [])
        },
      )

      await check('what went to the file while there was no keyring moves into it', async () => {
        const state = states('two')
        await open({ ...state, ROLECALL_KEYRING: 'file' }).set('a:b:c', 'old')
        const vault = open(state)
        assert.equal(await vault.get('a:b:c'), 'old')
        await vault.set('a:b:c', 'new')
        assert.equal(await open({ ...state, ROLECALL_KEYRING: 'file' }).get('a:b:c'), undefined)
        assert.equal(await open(state).get('a:b:c'), 'new')
      })

      await check(
        'a keyring that has died is an encrypted file, or an error when it must be it',
        async () => {
          process.kill(-keyring, 'SIGKILL')
          const state = states('three')
          const vault = open(state)
          await vault.set('a:b:c', 'one')
          assert.match(vault.place, /encrypted file/)
          const file = join(folder, 'three', 'secrets')
          assert.equal(statSync(file).mode & 0o777, 0o600)
          assert.equal(readFileSync(file, 'latin1').includes('one'), false)
          const only = open({ ...states('four'), ROLECALL_KEYRING: 'keyring' })
          await assert.rejects(only.set('a:b:c', 'one'), /ROLECALL_KEYRING=file|Secret Service/)
        },
      )
    }),
}

function terminal(env: Record<string, string>) {
  const silent = { write: () => undefined }
  return { in: Readable.from([]), out: silent, err: silent, env }
}

/** A bus and a keyring of their own, unlocked; nothing of the user's is touched. */
async function startKeyring(lifetime: Lifetime) {
  const home = lifetime.folder('keyring')
  // What others can enter is no place for its socket.
  chmodSync(home, 0o700)
  const socket = join(home, 'bus')
  const address = `unix:path=${socket}`
  const env = {
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: home,
    DBUS_SESSION_BUS_ADDRESS: address,
  }
  const args = ['--session', '--nofork', '--nopidfile', `--address=${address}`]
  const bus = lifetime.daemon('dbus-daemon', args, { env })
  await bus.ready(() => existsSync(socket))
  const keyring = lifetime.daemon(
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets', `--control-directory=${home}`],
    { env },
  )
  keyring.child.stdin?.end('the password of the login')
  await keyring.ready(() => existsSync(join(home, 'control')))
  const { pid } = keyring.child
  if (pid === undefined) throw new Error('gnome-keyring-daemon did not start')
  return { env, keyring: pid }
}
