import { expect, test } from 'vitest'
import { memoryVault } from '../vault/memory-vault.ts'
import { createRemembered, rememberedPrefix } from './remembered.ts'

test('what is remembered for one host is not found at another, and goes with its connection', async () => {
  const vault = memoryVault()
  const of = (name: string, url: string) => createRemembered({ name, url }, async () => vault)
  await of('work', 'https://sso.example/a').set('session', 'cookies')
  await of('work:x', 'https://sso.example/a').set('session', 'others')
  expect(await of('work', 'https://sso.example/b').get('session')).toBe('cookies')
  for (const url of [
    'http://sso.example/a',
    'https://sso.example:8443/a',
    'https://evil.example/a',
  ]) {
    expect(await of('work', url).get('session')).toBeUndefined()
  }
  expect(await vault.names(rememberedPrefix('work'))).toHaveLength(1)
})
