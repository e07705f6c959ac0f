import { AwsError } from '@rolecall/aws'
import { logTo, logToFile } from '../agent/access-log.ts'
import { isLoopback, originOf } from '../agent/address.ts'
import { agentOutput, shellLines } from '../agent/agent-output.ts'
import type { AgentOptions } from '../agent/options.ts'
import type { AgentPlan } from '../agent/plan.ts'
import { planOfOptions, planWithOptions } from '../agent/plan-of-options.ts'
import { type Agent, startAgent } from '../agent/start-agent.ts'
import { shellOf } from '../agent/variables.ts'
import { exitCodes } from '../exit-codes.ts'
import { configurationFailure, Failure } from '../failure.ts'
import { personsRole } from '../keys/persons-role.ts'
import { printable, type Terminal } from '../terminal.ts'
import { toldToStop } from '../told-to-stop.ts'
import { credentialFailure } from './credential-failure.ts'
import { warn } from './warn.ts'

/** `rolecall agent`: until a signal ends it. */
export async function runAgent(options: AgentOptions, terminal: Terminal): Promise<number> {
  const plan = await planOf(options, terminal)
  const log = plan.accessLog === undefined ? logTo(terminal.err) : logToFile(plan.accessLog)
  const report = (problem: string) => warn(terminal, problem)
  const base = await personsRole(options, terminal)
  const agent = await startAgent(plan, { env: terminal.env, log, report, base }).catch(notStarted)
  try {
    tellProblems(agent, terminal)
    tellRisks(plan, terminal)
    tellVariables(agent, plan, options, terminal)
    // Not before: a signal ends a start at once, however long a program or AWS takes.
    await toldToStop()
  } finally {
    await agent.close()
  }
  return exitCodes.ok.code
}

async function planOf(options: AgentOptions, terminal: Terminal): Promise<AgentPlan> {
  const { config } = options
  if (config === undefined) return planOfOptions(options, terminal.env)
  // Loaded for a file only: the command starts twice as fast without.
  const { readAgentFile } = await import('../agent/agent-file.ts')
  const { printProblem } = await import('./print-problem.ts')
  const result = await readAgentFile(config)
  if (result.ok) return planWithOptions(result.plan, options)
  for (const problem of result.problems) printProblem(problem, 'problem', terminal)
  throw configurationFailure(config, result.problems.length)
}

/** What AWS's part says of a proxy, a region or the tokens is for who wrote them down. */
function notStarted(error: unknown): never {
  if (!(error instanceof AwsError)) throw error
  throw new Failure('configuration', `${error.message} (${error.code})`, error.remedy)
}

/** Ends the verb when no role can be had and waiting would change nothing. */
function tellProblems(agent: Agent, terminal: Terminal): void {
  const roles = Object.entries(agent.roles)
  const isLost = (problem: unknown) =>
    problem instanceof AwsError && problem.fault === 'client' && !problem.retryable
  const [first] = roles
  if (first !== undefined && roles.every(([, { problem }]) => isLost(problem))) {
    throw credentialFailure(first[1].problem, first[0])
  }
  for (const [name, { source, problem }] of roles) {
    if (problem === undefined) terminal.err.write(`${name}: ${printable(source.describe())}\n`)
    else {
      const why = problem instanceof Error ? problem.message : String(problem)
      warn(terminal, `${name} has no credentials now: ${why}`)
    }
  }
}

function tellRisks(plan: AgentPlan, terminal: Terminal): void {
  const open = plan.listen.filter(({ host }) => !isLoopback(host))
  for (const address of open) {
    warn(
      terminal,
      `${originOf(address)} is reached from elsewhere, in the clear: whoever can read the traffic or has a token gets credentials; AWS SDKs take http addresses on loopback and 169.254.170.2 only`,
    )
  }
  if (plan.imds?.v1 === true) {
    warn(
      terminal,
      'IMDSv1 is on: a program that can be made to fetch an address can be made to fetch credentials',
    )
  }
  const before = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE'].filter(name => terminal.env[name])
  if (before.length > 0) {
    terminal.err.write(
      `hint: where the programs run, unset ${before.join(' and ')}: they go first\n`,
    )
  }
}

function tellVariables(
  agent: Agent,
  plan: AgentPlan,
  options: AgentOptions,
  terminal: Terminal,
): void {
  const output = agentOutput(agent, plan.imds !== undefined)
  const shell = options.shell ?? shellOf(terminal.env, process.platform)
  const text = options.json === true ? `${JSON.stringify(output)}\n` : shellLines(output, shell)
  terminal.out.write(text)
  for (const origin of agent.origins) terminal.err.write(`rolecall: listening on ${origin}\n`)
}
