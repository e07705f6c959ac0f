#!/usr/bin/env node
/** The `rolecall` command. */
import { answerAtOnce } from './hot/answer-at-once.ts'

const words = process.argv.slice(2)
const exitCode = await answerAtOnce(words, process.env)
if (exitCode !== undefined) process.exitCode = exitCode
else {
  const { runProcess } = await import('./run-process.ts')
  await runProcess(words)
}
