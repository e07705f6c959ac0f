/** The page of these verbs, held to the command. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { exitCodes } from '../../src/exit-codes.ts'
import { buildProgram } from '../../src/program.ts'

const file = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'command-roles.md')
const page = readFileSync(file, 'utf8')
const out = { write: () => true }
const terminal = { in: new PassThrough(), out, err: out, env: {} }
const program = buildProgram(terminal, () => undefined)

/** The command lines of the page, up to a pipe, a comment, or the command of `exec`. */
const lines = [...page.matchAll(/rolecall ([a-z][^\n|#>`)]*)/g)].map(([, words = '']) =>
  (words.split(/ -- /)[0] ?? '').trim().split(/\s+/),
)

test('every verb and option of the page is there', () => {
  expect(lines.length).toBeGreaterThan(20)
  for (const [name = '', ...words] of lines) {
    const verb: Command | undefined = program.commands.find(
      one => one.name() === name || one.aliases().includes(name),
    )
    expect(verb, `rolecall ${name}`).toBeDefined()
    for (const word of words.filter(one => one.startsWith('-'))) {
      const known = verb?.options.some(({ long, short }) => long === word || short === word)
      expect([name, word, known]).toEqual([name, word, true])
    }
  }
})

test('every exit code of the page is one', () => {
  const codes: readonly number[] = Object.values(exitCodes).map(({ code }) => code)
  const told = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  expect(told.length).toBeGreaterThan(7)
  for (const code of told) expect(codes).toContain(code)
})
