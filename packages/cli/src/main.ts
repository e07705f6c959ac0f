#!/usr/bin/env node
/** The `rolecall` command. */
import { answerAtOnce } from './hot/answer-at-once.ts'

// Not at the top level of this module: what is loaded later may use parts of its file.
async function main(words: readonly string[]): Promise<void> {
  const exitCode = await answerAtOnce(words, process.env)
  if (exitCode !== undefined) {
    process.exitCode = exitCode
    return
  }
  const { useCompileCache } = await import('./compile-cache.ts')
  useCompileCache(process.env)
  const { runProcess } = await import('./run-process.ts')
  await runProcess(words)
}

void main(process.argv.slice(2))
