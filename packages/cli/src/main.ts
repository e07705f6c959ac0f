#!/usr/bin/env node
/** The `rolecall` command. */
import { useCompileCache } from './compile-cache.ts'
import { answerAtOnce } from './hot/answer-at-once.ts'
import { profileRequest } from './hot/profile-request.ts'

// No promise at the top level: the package has this as CommonJS, which starts faster.
async function main(words: readonly string[]): Promise<void> {
  const exitCode = await answerAtOnce(words, process.env)
  if (exitCode !== undefined) {
    process.exitCode = exitCode
    return
  }
  // What is loaded from here on is compiled once and kept.
  useCompileCache(process.env)
  const options = profileRequest(words)
  if (options !== undefined) {
    const { profileCredentials } = await import('./hot/profile-credentials.ts')
    process.exitCode = await profileCredentials(options, process.env)
    return
  }
  const { runProcess } = await import('./run-process.ts')
  await runProcess(words)
}

void main(process.argv.slice(2))
