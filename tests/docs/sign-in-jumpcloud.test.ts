import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../../packages/cli/src/exit-codes.ts'
import { mfaNames } from '../../packages/cli/src/providers/jumpcloud/choose-factor.ts'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'sign-in-jumpcloud.md'), 'utf8')
const rowsOf = (heading: string) => {
  const [, part = ''] = page.split(`## ${heading}\n`)
  const [table = ''] = part.split('\n## ')
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([line, first = '']) => ({ line, first }))
}

test('every factor of the provider stands in the document', () => {
  expect(
    rowsOf('Factors')
      .map(({ first }) => first)
      .toSorted(),
  ).toEqual([...mfaNames].toSorted())
})

test('every error in the document is one that the sign-in has', () => {
  const folders = ['providers/jumpcloud', 'security-key'].map(name =>
    join(root, 'packages', 'cli', 'src', name),
  )
  const sources = folders.flatMap(folder =>
    readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8')),
  )
  // Placeholders of the sources are values in the document.
  const code = sources.join('\n').replaceAll('$' + '{form}', 'a web page')
  const errors = rowsOf('What an error means')
  expect(errors.length).toBeGreaterThan(10)
  for (const { first } of errors) expect(code).toContain(first.replace(/: …$/, ''))
})

test('every exit code in the document is one', () => {
  const known = Object.values(exitCodes).map(({ code }) => code)
  const codes = [...page.matchAll(/\| (\d+) \|$/gm)].map(([, code]) => Number(code))
  expect(codes.length).toBeGreaterThan(10)
  for (const code of codes) expect(known).toContain(code)
})
