import { loadConfig } from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { configurationFailure } from '../failure.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { count } from './count.ts'
import { printProblem } from './print-problem.ts'

/** `rolecall config check FILE [--json]` */
export async function checkConfig(
  file: string,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const result = await loadConfig(file, { env: terminal.env })
  if (json) {
    const problems = result.ok ? [] : result.problems
    const { ok, warnings } = result
    terminal.out.write(`${JSON.stringify({ ok, problems, warnings }, undefined, 2)}\n`)
    return ok ? exitCodes.ok.code : exitCodes.configuration.code
  }
  for (const problem of result.warnings) printProblem(problem, 'warning', terminal)
  if (!result.ok) {
    for (const problem of result.problems) printProblem(problem, 'problem', terminal)
    throw configurationFailure(file, result.problems.length)
  }
  const { accounts, grants, signIn } = result.config
  const counts = [
    count(accounts.length, 'account'),
    count(grants.length, 'grant'),
    count(signIn.saml.length, 'SAML provider'),
  ]
  const paint = painter(terminal.out, terminal.env)
  terminal.out.write(`${paint('green', 'ok')} ${printable(file)}: ${counts.join(', ')}\n`)
  return exitCodes.ok.code
}
