import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { directoryWith } from '../../tests/support/rolecall.ts'
import { editIniFile, readIniText } from './edit-ini-file.ts'
import { setKeys } from './ini-edit.ts'
import { plainSection } from './ini-names.ts'

const set = (key: string, value: string) => (text: string) =>
  setKeys(text, plainSection('s'), { [key]: value })

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)

describe('editIniFile', () => {
  it('makes a file and its folder, for the owner alone', async () => {
    const home = directoryWith({})
    const file = join(home, '.aws', 'config')
    expect(await editIniFile(file, set('k', 'v'))).toEqual({
      changed: true,
      before: '',
      after: '[s]\nk = v\n',
    })
    expect([mode(file), mode(join(home, '.aws'))]).toEqual(['600', '700'])
    expect(readdirSync(join(home, '.aws'))).toEqual(['config'])
  })

  it.each([
    ['644', false, '644'],
    ['600', false, '600'],
    ['644', true, '600'],
    ['660', true, '600'],
    ['600', true, '600'],
  ])('mode %s, secret %s: %s', async (before, secret, after) => {
    const file = join(directoryWith({ f: '' }), 'f')
    chmodSync(file, Number.parseInt(before, 8))
    await editIniFile(file, set('k', 'v'), { secret })
    expect(mode(file)).toBe(after)
    chmodSync(file, Number.parseInt(before, 8))
    const again = await editIniFile(file, set('k', 'v'), { secret })
    expect([mode(file), again.changed]).toEqual([after, false])
  })

  it('refuses UTF-16, which would become neither', async () => {
    const file = join(directoryWith({}), 'f')
    const bytes = Buffer.from('\ufeff[s]\r\nk = v\r\n', 'utf16le')
    writeFileSync(file, bytes)
    await expect(editIniFile(file, set('k', 'w'))).rejects.toMatchObject({
      reason: 'file',
      message: `${file} has NUL bytes: it is UTF-16, or no text`,
      hint: 'save it as UTF-8',
    })
    expect(readFileSync(file)).toEqual(bytes)
  })

  it('keeps bytes that are no UTF-8', async () => {
    const folder = directoryWith({})
    const file = join(folder, 'f')
    const bytes = Buffer.from([
      0xff, 0x0a, 0x23, 0xe9, 0xc3, 0xa9, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x98, 0x80, 0x0a,
    ])
    writeFileSync(file, bytes)
    await editIniFile(file, set('k', 'é'))
    expect(readFileSync(file)).toEqual(Buffer.concat([bytes, Buffer.from('\n[s]\nk = é\n')]))
  })

  it('writes where a link leads, and leaves the link', async () => {
    const folder = directoryWith({ real: '[s]\n' })
    mkdirSync(join(folder, 'other'))
    symlinkSync('../real', join(folder, 'other', 'one'))
    symlinkSync('other/one', join(folder, 'two'))
    await editIniFile(join(folder, 'two'), set('k', 'v'))
    expect(lstatSync(join(folder, 'two')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('[s]\nk = v\n')
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      'other',
      'other/one',
      'real',
      'two',
    ])
  })

  it.each([
    ['nowhere', 'nothing', 'leads to a file that is not there'],
    ['circle', 'circle', 'leads in a circle'],
    ['to-folder', 'folder', 'leads to the folder '],
    ['to-other', '/proc/1/status', 'belongs to another user'],
  ])('refuses a link: %s', async (name, to, why) => {
    const folder = directoryWith({})
    mkdirSync(join(folder, 'folder'))
    symlinkSync(to, join(folder, name))
    // Root's file is another user's when we are not root.
    const { targetFile } = await import('./target-file.ts')
    const asked = to.startsWith('/')
      ? targetFile(join(folder, name), true, 4321)
      : editIniFile(join(folder, name), set('k', 'v'))
    await expect(asked).rejects.toMatchObject({
      reason: 'file',
      message: expect.stringContaining(why),
    })
    expect(readdirSync(folder).sort()).toEqual(['folder', name].sort())
  })

  it('refuses a folder, and a file that its owner has made read-only', async () => {
    const folder = directoryWith({ f: '' })
    chmodSync(join(folder, 'f'), 0o444)
    await expect(editIniFile(folder, set('k', 'v'))).rejects.toMatchObject({
      message: expect.stringContaining('is a folder'),
    })
    await expect(editIniFile(join(folder, 'f'), set('k', 'v'))).rejects.toMatchObject({
      reason: 'file',
      message: expect.stringContaining('is read-only (mode 444)'),
    })
    expect(readdirSync(folder)).toEqual(['f'])
  })

  it('does it again when a program that takes no lock writes meanwhile', async () => {
    const file = join(directoryWith({ f: '[s]\na = 1\n' }), 'f')
    let asked = 0
    await editIniFile(file, text => {
      asked += 1
      if (asked === 1) writeFileSync(file, '[s]\na = 1\nb = 2\n')
      return set('k', 'v')(text)
    })
    expect([asked, readFileSync(file, 'utf8')]).toEqual([2, '[s]\na = 1\nb = 2\nk = v\n'])
  })

  it('leaves everything as it was when the edit is refused', async () => {
    const folder = directoryWith({ f: '[s]\na = 1\n' })
    await expect(editIniFile(join(folder, 'f'), set('k', 'a\nb'))).rejects.toMatchObject({
      reason: 'refused',
    })
    expect([readdirSync(folder), readFileSync(join(folder, 'f'), 'utf8')]).toEqual([
      ['f'],
      '[s]\na = 1\n',
    ])
  })

  it('reading makes nothing', async () => {
    const folder = directoryWith({})
    expect(await readIniText(join(folder, 'no', 'config'))).toBe('')
    expect(readdirSync(folder)).toEqual([])
  })
})
