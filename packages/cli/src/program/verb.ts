/** What the files of this folder share: they say how each verb is called, `verbs/` what it does. */
import type { Command } from 'commander'
import type { Terminal } from '../terminal.ts'

/** Takes the exit code of the verb that ran. */
export type Done = (exitCode: number) => void

/**
 * Adds verbs with their options and help. A verb's module is imported when the verb is called, so that
 * `--help` starts fast.
 */
export type AddVerbs = (program: Command, terminal: Terminal, done: Done) => void

/** Adds a note and examples below the options of a verb's help. */
export function examples(command: Command, lines: readonly string[], note?: string): Command {
  const list = lines.map(line => `  ${line}`).join('\n')
  return command.addHelpText(
    'after',
    `${note === undefined ? '' : `\n${note}\n`}\nExamples:\n${list}`,
  )
}
