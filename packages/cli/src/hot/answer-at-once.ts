/** Commands that need nothing but keys of the cache: nothing is loaded here that they have no use for. */
import { writeSync } from 'node:fs'
import { runCommand } from '../exec/run-command.ts'
import { Failure } from '../failure.ts'
import { credentialProcessJson } from '../keys/print-credential-process.ts'
import { envText, usualFormat } from '../keys/print-env.ts'
import { environmentWith, roleVariables } from '../keys/role-environment.ts'
import type { RoleKeys } from '../sources/source.ts'
import { complain } from '../terminal.ts'
import { type HotAnswer, recallAnswer } from './answer.ts'
import { type HotRequest, hotRequest } from './request.ts'

/**
 * Answers a command when it can be answered at once, and gives its exit code; undefined: the whole program has
 * to. Standard streams are not touched, so that a program which takes the place of this one gets them
 * as they are.
 */
export async function answerAtOnce(
  parameters: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number | undefined> {
  const request = hotRequest(parameters)
  const recalled = request && recallAnswer(request, env, Date.now())
  if (request === undefined || recalled === undefined) return undefined
  try {
    return await give(request, recalled.answer, recalled.keys, env)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { stdin, stdout, stderr } = process
    complain({ in: stdin, out: stdout, err: stderr, env }, error.message, error.hint)
    return error.exitCode
  }
}

async function give(
  { verb, command }: HotRequest,
  { label, region, format }: HotAnswer,
  keys: RoleKeys,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  if (verb === 'credentials') {
    return print(credentialProcessJson(keys))
  }
  const variables = roleVariables(keys, { region, role: label })
  if (verb === 'env') {
    return print(envText(format ?? usualFormat(env), variables, env))
  }
  return await runCommand(command, { env: environmentWith(env, variables) })
}

/** Without the stream of standard output, which takes longer to load than all else here. */
function print(text: string): number {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // A pipe of another program that takes no more for the moment.
      if (code !== 'EAGAIN') throw error
      process.stdout.write(rest)
      return 0
    }
  }
  return 0
}
