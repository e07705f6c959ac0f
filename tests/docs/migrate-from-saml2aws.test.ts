import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { browserOnly } from '../../packages/cli/src/connections/providers.ts'
import { settings, unused } from '../../packages/cli/src/connections/settings.ts'
import { buildProgram } from '../../packages/cli/src/program.ts'

const page = readFileSync(
  join(import.meta.dirname, '..', '..', 'docs', 'migrate-from-saml2aws.md'),
  'utf8',
)

/** The rows of the table below a heading, each cell without its code marks. */
function rowsOf(heading: string): string[][] {
  const [, section = ''] = page.split(`${heading}\n`)
  const [table = ''] = section.trimStart().split('\n\n')
  return table
    .split('\n')
    .slice(2)
    .map(row =>
      row
        .slice(1, -1)
        .split('|')
        .map(cell => cell.replaceAll('`', '').trim()),
    )
}

it('has every key, flag and variable, and none that there is not', () => {
  const rows = rowsOf('## 3. Keys, flags and variables').map(cells => cells.slice(0, 3))
  const there = settings.map(setting => {
    const flag = 'flag' in setting ? `--${setting.flag}` : ''
    const short = 'short' in setting ? `-${setting.short} ` : ''
    return [setting.key ?? '', short + flag, 'env' in setting ? setting.env.join(' ') : '']
  })
  expect(rows).toEqual(there)
})

it('has everything that is taken and without effect', () => {
  const there = unused.map(({ key, flag, why }) => [
    key ?? '',
    flag === undefined ? '' : `--${flag}`,
    why,
  ])
  expect(rowsOf('### Taken, and without effect')).toEqual(there)
})

it('names verbs that there are', () => {
  const nothing = { write: () => true }
  const terminal = { in: process.stdin, out: nothing, err: nothing, env: {} }
  const { commands } = buildProgram(terminal, () => undefined)
  const names = commands.flatMap(command => [command.name(), ...command.aliases()])
  const rows = rowsOf('## 2. Verbs')
  const named = rows.flatMap(([, ours = '']) => ours.split(', ').map(each => each.split(' ')[0]))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(name => !names.includes(name ?? ''))).toEqual([])
  // What saml2aws calls them works too.
  expect(names).toEqual(
    expect.arrayContaining(['list-roles', 'script', 'configure', 'login', 'exec', 'console']),
  )
})

it('names every provider that a browser signs in at', () => {
  const [, section = ''] = page.split('## 4. Identity providers')
  for (const name of browserOnly.filter(each => each !== 'Shell')) expect(section).toContain(name)
})
