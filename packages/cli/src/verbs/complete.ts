import type { Command } from 'commander'
import { complete } from '../completion/candidates.ts'
import { lookUpIn } from '../completion/look-up.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable, type Terminal } from '../terminal.ts'

const mostCandidates = 2000

/** `rolecall __complete -- WORDS`: what may come in place of the last word, for the scripts of shells. */
export async function printCandidates(
  program: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { kind, candidates } = await complete(program, words, lookUpIn(terminal.env))
  const isOpen = candidates.length > 0 && candidates.every(({ value }) => /[/=]$/.test(value))
  const lines = candidates
    .slice(0, mostCandidates)
    .map(({ value, note }) => (note ? `${value}\t${printable(note)}` : value))
  terminal.out.write(`${[isOpen ? 'nospace' : kind, ...lines].join('\n')}\n`)
  return exitCodes.ok.code
}
