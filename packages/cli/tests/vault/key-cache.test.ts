import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import type { RoleKeys } from '../../src/sources/source.ts'
import { type KeyCacheParts, openKeyCache } from '../../src/vault/key-cache.ts'
import { sealKeys } from '../../src/vault/seal-keys.ts'
import { unsealKeys } from '../../src/vault/unseal-keys.ts'
import type { KeyName } from '../../src/vault/vault.ts'
import { keyName, keysUntil } from './keys.ts'
import { userFolder } from './user-folder.ts'

const minute = 60_000
const start = Date.parse('2026-11-26T12:00:00Z')

/** A cache at a time that can be set, and how often keys were made. */
function cacheAt(parts: KeyCacheParts = {}, { folder, env } = userFolder()) {
  const state = { now: start, made: 0, life: 60 * minute, error: undefined as unknown }
  const cache = openKeyCache(env, { now: () => state.now, random: () => 0, ...parts })
  const make = async (): Promise<RoleKeys> => {
    state.made += 1
    if (state.error !== undefined) throw state.error
    return keysUntil(new Date(state.now + state.life))
  }
  const get = (options?: Parameters<typeof cache.get>[2], name: KeyName = keyName) =>
    cache.get(name, make, options)
  const files = () => {
    const keys = join(env.ROLECALL_STATE ?? '', 'keys')
    return readdirSync(keys).flatMap(one =>
      readdirSync(join(keys, one)).map(file => join(keys, one, file)),
    )
  }
  return { folder, env, cache, state, get, files }
}

describe('keys in the cache', () => {
  test('are given while more than 15 minutes are left, then made anew', async () => {
    const { state, get } = cacheAt()
    const first = await get()
    state.now += 44 * minute
    expect(await get()).toEqual(first)
    expect(state.made).toBe(1)
    state.now += 2 * minute
    const second = await get()
    expect(state.made).toBe(2)
    expect(second.expiration).not.toBe(first.expiration)
  })

  test('of a short session are renewed when a quarter is left, and by chance a bit earlier', async () => {
    const { state, get } = cacheAt({ random: () => 1 })
    state.life = 20 * minute
    await get()
    state.now += 14 * minute
    await get()
    expect(state.made).toBe(1)
    state.now += 0.6 * minute
    await get()
    expect(state.made).toBe(2)
  })

  test('are made anew when more must be left, when forced, and for another name', async () => {
    const { state, get } = cacheAt()
    await get()
    await get({ leftMs: 59 * minute })
    expect(state.made).toBe(1)
    await get({ leftMs: 60 * minute })
    expect(state.made).toBe(2)
    state.now += 1000
    await get({ force: true })
    expect(state.made).toBe(3)
    for (const change of [
      { connection: 'other' },
      { username: undefined },
      { roleArn: 'arn:aws:iam::123456789012:role/Reader' },
      { durationSeconds: 900 },
      { policyDigest: 'x' },
    ]) {
      await get({}, { ...keyName, ...change })
    }
    expect(state.made).toBe(8)
    await get()
    expect(state.made).toBe(8)
  })

  test('are made anew when the clock was set back before they were made', async () => {
    const { state, get } = cacheAt()
    await get()
    state.now -= 3 * minute
    await get()
    expect(state.made).toBe(2)
  })

  test('are one flight in one process', async () => {
    const { state, get } = cacheAt()
    const all = await Promise.all(Array.from({ length: 20 }, () => get()))
    expect(state.made).toBe(1)
    expect(new Set(all.map(keys => keys.expiration)).size).toBe(1)
  })

  test('are one flight in several processes, and who waits is told', async () => {
    const user = userFolder()
    const told: string[] = []
    const slow = cacheAt({}, user)
    const other = cacheAt({ quietMs: 1, tell: message => told.push(message) }, user)
    const started = Promise.withResolvers<void>()
    const ready = Promise.withResolvers<void>()
    const first = slow.cache.get(keyName, async () => {
      started.resolve()
      await ready.promise
      return keysUntil(new Date(start + 60 * minute))
    })
    await started.promise
    const second = other.get()
    while (told.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    ready.resolve()
    expect(await second).toEqual(await first)
    expect(other.state.made).toBe(0)
    expect(told).toEqual(['another rolecall is getting these keys; waiting for it'])
  })

  test('have their notes once', async () => {
    const { cache } = cacheAt()
    const made = { ...keysUntil(new Date(start + 60 * minute)), notes: ['an hour, not eight'] }
    expect((await cache.get(keyName, async () => made)).notes).toEqual(made.notes)
    expect((await cache.get(keyName, async () => made)).notes).toEqual([])
  })

  test('of before are given with a note when new ones fail and they still work', async () => {
    const { state, get } = cacheAt()
    const first = await get()
    state.now += 50 * minute
    state.error = new Failure('network', 'no way to the server')
    const again = await get()
    expect(again).toEqual({ ...first, notes: [expect.stringContaining('no way to the server')] })
    await expect(get({ force: true })).rejects.toThrow('no way to the server')
    state.error = new Failure('interrupted', 'stopped')
    await expect(get()).rejects.toThrow('stopped')
    state.error = new Failure('network', 'still none')
    state.now += 10 * minute
    await expect(get()).rejects.toThrow('still none')
  })

  test('lie encrypted, for their owner only, and under no telling name', async () => {
    const { env, files, get } = cacheAt()
    await get()
    const [file = '', ...rest] = files()
    expect(rest).toEqual([])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
    expect(statSync(join(env.XDG_RUNTIME_DIR ?? '', 'rolecall', 'cache-key')).mode & 0o777).toBe(
      0o600,
    )
    const bytes = readFileSync(file, 'latin1') + file
    for (const word of ['ASIAEXAMPLE', 'secret/of', 'token-of', '123456789012', 'alice', 'Admin']) {
      expect(bytes).not.toContain(word)
    }
  })

  test('that are damaged, another’s file, or open to others are made anew, not used', async () => {
    const { state, files, get } = cacheAt()
    await get()
    const [file = ''] = files()
    const whole = readFileSync(file)
    let made = 1
    for (let at = 0; at < whole.length; at += 37) {
      const bad = Buffer.from(whole)
      bad[at] = (bad[at] ?? 0) ^ 1
      writeFileSync(file, bad)
      await get()
      expect(state.made).toBe(++made)
    }
    writeFileSync(file, whole.subarray(0, 20))
    await get()
    expect(state.made).toBe(++made)
    chmodSync(file, 0o644)
    await get()
    expect(state.made).toBe(++made)
    await get({}, { ...keyName, connection: 'other' })
    const other = files().find(one => one !== file) ?? ''
    cpSync(file, other)
    await get({}, { ...keyName, connection: 'other' })
    expect(state.made).toBe(made + 2)
  })

  test('do not open when the session’s key is gone, and go with it after a while', async () => {
    const { env, state, files, get } = cacheAt()
    await get()
    rmSync(join(env.XDG_RUNTIME_DIR ?? '', 'rolecall'), { recursive: true })
    await get()
    expect(state.made).toBe(2)
    expect(files()).toHaveLength(2)
    const past = new Date(start - 20 * 60 * minute)
    for (const file of files()) utimesSync(file, past, past)
    state.now += 60 * minute
    await get()
    expect(state.made).toBe(3)
    expect(files()).toHaveLength(1)
  })

  test('are given and not kept where they cannot be', async () => {
    const { folder, env, state } = cacheAt()
    writeFileSync(join(folder, 'file'), '')
    const cache = openKeyCache({ ...env, ROLECALL_STATE: join(folder, 'file') })
    const keys = await cache.get(keyName, async () => keysUntil(new Date(state.now)))
    expect(keys.accessKeyId).toBe('ASIAEXAMPLE')
    expect(keys.notes).toEqual([expect.stringContaining('not cached')])
  })

  test('are listed without their secrets, and forgotten', async () => {
    const { cache, state, get } = cacheAt()
    expect(await cache.list()).toEqual([])
    await get()
    await get({}, { ...keyName, connection: 'other' })
    const list = await cache.list()
    expect(list.map(({ connection }) => connection).sort()).toEqual(['other', 'work'])
    expect(JSON.stringify(list)).not.toMatch(/secret|token/i)
    expect(await cache.forget('work')).toBe(1)
    expect(await cache.forget()).toBe(1)
    await get()
    expect(state.made).toBe(3)
  })
})

describe('sealed keys', () => {
  test('open with their key and context, of any length, and with nothing else', () => {
    const key = randomBytes(32)
    for (const length of [0, 1, 15, 16, 17, 63, 64, 65, 1000, 5000]) {
      const text = 'é'.repeat(length)
      const sealed = sealKeys(key, 'entry a', text)
      expect(unsealKeys(key, 'entry a', sealed)).toBe(text)
      expect(unsealKeys(key, 'entry b', sealed)).toBeUndefined()
      expect(unsealKeys(randomBytes(32), 'entry a', sealed)).toBeUndefined()
      expect(unsealKeys(key, 'entry a', sealed.subarray(0, -1))).toBeUndefined()
      expect(unsealKeys(key, 'entry a', sealed.subarray(0, 12))).toBeUndefined()
    }
  })
})
