/** Commands that need nothing but keys of the cache: nothing is loaded here that they have no use for. */
import { runCommand } from '../exec/run-command.ts'
import { exitCodes } from '../exit-codes.ts'
import { credentialProcessJson } from '../keys/print-credential-process.ts'
import { envText, usualFormat } from '../keys/print-env.ts'
import { environmentWith, roleVariables } from '../keys/role-environment.ts'
import { reportError } from '../report-error.ts'
import type { RoleKeys } from '../sources/source.ts'
import { type HotAnswer, recallAnswer } from './answer.ts'
import { printAtOnce } from './print-at-once.ts'
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
    const { stdin, stdout, stderr } = process
    return reportError(error, { in: stdin, out: stdout, err: stderr, env })
  }
}

async function give(
  { verb, command }: HotRequest,
  { label, region, format }: HotAnswer,
  keys: RoleKeys,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  if (verb === 'credentials') {
    printAtOnce(credentialProcessJson(keys))
    return exitCodes.ok.code
  }
  const variables = roleVariables(keys, { region, role: label })
  if (verb === 'env') {
    printAtOnce(envText(format ?? usualFormat(env), variables, env))
    return exitCodes.ok.code
  }
  return await runCommand(command, { env: environmentWith(env, variables) })
}
