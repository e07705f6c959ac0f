import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseIni } from '@rolecall/aws/shared-files'
import { afterAll, expect, it } from 'vitest'
import { editIniFile } from '../../src/files/edit-ini-file.ts'
import { setKeys } from '../../src/files/ini-edit.ts'
import { plainSection } from '../../src/files/ini-names.ts'
import { directoryWith } from '../support/rolecall.ts'

const here = import.meta.dirname
const faults = ['--import', join(here, 'faults.ts')]
const child = join(here, 'edit-child.ts')

/** What Node has compiled for one child it need not compile for the next. */
const compiled = mkdtempSync(join(tmpdir(), 'rolecall-compiled-'))
afterAll(() => rmSync(compiled, { recursive: true, force: true }))
const env = { ...process.env, NODE_COMPILE_CACHE: compiled }

/** Larger than what one write to the disk takes. */
const old = `# mine\r\n${Array.from({ length: 100 }, (_, at) => `[old-${at}]\r\nkey = ${at}\r\n`).join('')}`
const fresh = setKeys(old, plainSection('new-0'), { key: 'value' })

async function stopped(fault: string) {
  const folder = directoryWith({ f: old })
  const file = join(folder, 'f')
  const run = spawn(process.execPath, [...faults, child, file], {
    env: { ...env, FAULT: fault },
    stdio: 'ignore',
  })
  const [code, signal] = await once(run, 'exit')
  return { folder, file, code, signal, text: readFileSync(file, 'utf8') }
}

/** Before all others the files are as they were before the one that follows. */
const changing = new Set(['symlink', 'open', 'writeFile', 'chmod', 'sync', 'rename', 'rm'])

async function calls(): Promise<readonly string[]> {
  const trace = join(directoryWith({}), 'trace')
  expect(await stopped(`trace ${trace}`)).toMatchObject({ code: 0, text: fresh })
  return readFileSync(trace, 'utf8').trimEnd().split('\n')
}

it('killed before any call and in the middle of a write, the file is the old or the new one', async () => {
  const names = await calls()
  expect(names).toEqual(expect.arrayContaining([...changing]))
  const renamed = names.indexOf('rename') + 1
  const kills = names.flatMap((name, at) =>
    changing.has(name) ? [{ fault: `kill ${at + 1}`, number: at + 1 }] : [],
  )
  const write = names.indexOf('writeFile') + 1
  const all = [...kills, { fault: `half ${write}`, number: write }]
  const check = async ({ fault, number }: (typeof all)[number]) => {
    const { folder, file, signal, text } = await stopped(fault)
    const what = `${fault} ${names[number - 1]}`
    expect([what, signal, text === old, text === fresh]).toEqual([
      ...[what, 'SIGKILL', number <= renamed, number > renamed],
    ])
    await editIniFile(file, now => setKeys(now, plainSection('next'), { key: 'value' }))
    const next = setKeys(text, plainSection('next'), { key: 'value' })
    expect([what, readFileSync(file, 'utf8') === next]).toEqual([what, true])
    expect([what, readdirSync(folder)]).toEqual([what, ['f']])
  }
  // Two at a time: each is a process of its own.
  const queue = [...all]
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await check(next)
  }
  await Promise.all([worker(), worker()])
}, 60_000)

it.each(['ENOSPC', 'EACCES'])('a call that fails with %s changes nothing', async code => {
  const folder = directoryWith({ f: old })
  const run = promisify(execFile)
  const program = [...faults, join(here, 'failing-child.ts'), join(folder, 'f'), code]
  const { stdout } = await run(process.execPath, program, {
    env,
    maxBuffer: 64 * 1024 * 1024,
  })
  const results: readonly {
    readonly number: number
    readonly failed?: { readonly reason?: string; readonly message: string }
    readonly left: readonly string[]
    readonly next: string
    readonly leftAtEnd: readonly string[]
  }[] = JSON.parse(stdout)
  const [plain, withNew] = [{}, { k: 'v' }].map(keys =>
    setKeys(setKeys(old, plainSection('new'), keys), plainSection('next'), { k: 'v' }),
  )
  expect(results.filter(({ failed }) => failed !== undefined).length).toBeGreaterThan(8)
  for (const { number, failed, next, leftAtEnd } of results) {
    if (failed !== undefined) {
      expect([number, failed.reason]).toEqual([number, 'file'])
      expect(failed.message).toContain(join(folder, 'f'))
    }
    // A lock or a draft that could not be removed is, by the next one.
    expect([number, leftAtEnd]).toEqual([number, ['f']])
    expect([number, next === withNew || (failed !== undefined && next === plain)]).toEqual([
      number,
      true,
    ])
  }
})

it('of 200 writers in 8 processes none loses what it wrote', async () => {
  const before = '# mine\n[old]\nkey = value\n'
  const folder = directoryWith({ f: before })
  const file = join(folder, 'f')
  const runs = Array.from({ length: 8 }, (_, at) =>
    spawn(process.execPath, [child, file, '25', `w${at}`], { env, stdio: 'inherit' }),
  )
  const codes = await Promise.all(runs.map(async run => (await once(run, 'exit'))[0]))
  expect(codes).toEqual(Array.from(runs, () => 0))
  const sections = [...parseIni(readFileSync(file, 'utf8'), 'f')]
  expect(sections.length).toBe(201)
  expect(sections.filter(([, keys]) => keys.get('key') === 'value').length).toBe(201)
  expect(readFileSync(file, 'utf8').startsWith(before)).toBe(true)
  expect(readdirSync(folder)).toEqual(['f'])
}, 60_000)

it('a write that the system cuts short changes nothing', () => {
  const folder = directoryWith({ f: old })
  const file = join(folder, 'f')
  // The system writes what fits and fails then, as on a full disk (setrlimit(2), RLIMIT_FSIZE).
  const run = spawnSync(
    'sh',
    ['-c', `trap '' XFSZ; ulimit -f 2; exec "$0" "$@"`, process.execPath, child, file],
    { env, encoding: 'utf8' },
  )
  expect(JSON.parse(run.stdout)).toMatchObject({
    reason: 'file',
    message: expect.stringMatching(/EFBIG|ENOSPC/),
  })
  expect([readFileSync(file, 'utf8') === old, readdirSync(folder)]).toEqual([true, ['f']])
})

/** As a user for whom permissions count. */
function asSomebody(file: string) {
  const isRoot = process.getuid?.() === 0
  const run = spawnSync(process.execPath, [child, file], {
    encoding: 'utf8',
    env: { ...env, ...(isRoot && { USER_ID: '65534' }) },
  })
  expect(run.stderr).toBe('')
  return JSON.parse(run.stdout)
}

function folderOfSomebody(): string {
  const folder = directoryWith({ f: old })
  if (process.getuid?.() === 0) {
    chownSync(folder, 65534, 65534)
    chownSync(join(folder, 'f'), 65534, 65534)
  }
  return folder
}

it('a folder and a file that may not be written or read', () => {
  const folder = folderOfSomebody()
  const file = join(folder, 'f')
  chmodSync(file, 0o400)
  expect(asSomebody(file).message).toBe(`${file} is read-only (mode 400)`)
  chmodSync(file, 0o000)
  expect(asSomebody(file)).toMatchObject({ message: `${file} cannot be read (EACCES)` })
  chmodSync(file, 0o600)
  chmodSync(folder, 0o500)
  expect(asSomebody(file)).toEqual({
    reason: 'file',
    message: `${file} cannot be written (EACCES)`,
    hint: `look at it: ls -ld ${folder} ${file}`,
  })
  expect(asSomebody(join(folder, 'new', 'f'))).toMatchObject({
    message: `${join(folder, 'new')} cannot be made (EACCES)`,
  })
  chmodSync(folder, 0o700)
  expect([readFileSync(file, 'utf8') === old, readdirSync(folder)]).toEqual([true, ['f']])
})

it.each([
  ['with the lock of a killed process', 'f.rolecall-lock'],
  ['with the draft of a killed process', 'f.rolecall-new'],
])('%s of old, which is a file', async (_, name) => {
  const folder = directoryWith({ f: old })
  writeFileSync(join(folder, name), 'secret of old')
  await editIniFile(
    join(folder, 'f'),
    text => setKeys(text, plainSection('new-0'), { key: 'value' }),
    { watchMs: 10 },
  )
  expect([readFileSync(join(folder, 'f'), 'utf8') === fresh, readdirSync(folder)]).toEqual([
    true,
    ['f'],
  ])
})
