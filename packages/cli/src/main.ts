#!/usr/bin/env node
/** The `rolecall` command. */
import { answerAtOnce } from './hot/answer-at-once.ts'

// No promise at the top level: the package has this as CommonJS, which starts faster.
async function main(words: readonly string[]): Promise<void> {
  const exitCode = await answerAtOnce(words, process.env)
  if (exitCode !== undefined) {
    process.exitCode = exitCode
    return
  }
  const { runWholeProgram } = await import('./whole-program.ts')
  await runWholeProgram(words)
}

void main(process.argv.slice(2))
