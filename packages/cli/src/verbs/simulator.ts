import {
  demoWorld,
  loadWorld,
  type Problem,
  type Simulator,
  SimulatorError,
  simulatorErrors,
  startSimulator,
} from '@rolecall/simulator'
import { type ExitReason, exitCodes } from '../exit-codes.ts'
import { configurationFailure, Failure } from '../failure.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { toldToStop } from '../told-to-stop.ts'
import { count } from './count.ts'

/** The options of `rolecall simulator`. */
export interface SimulatorCommand {
  /** World file; the demo world when left out. */
  readonly world?: string
  readonly port?: number
  readonly idpPort?: number
  readonly jumpCloudPort?: number
  readonly json: boolean
}

/** `rolecall simulator`: until a signal ends it. */
export async function runSimulator(
  { world, json, ...ports }: SimulatorCommand,
  terminal: Terminal,
): Promise<number> {
  const chosen = world === undefined ? {} : { world: { file: world } }
  const simulator = await startSimulator({ ...ports, ...chosen }).catch((error: unknown) => {
    throw asFailure(error, terminal)
  })
  try {
    // Before anybody hears that it runs: a signal right after must find it.
    const stopped = toldToStop()
    const env = environment(simulator, world === undefined)
    terminal.out.write(
      json ? `${JSON.stringify({ ...addresses(simulator), env })}\n` : lines(simulator, env),
    )
    terminal.err.write(`rolecall: simulator listening on ${simulator.url}\n`)
    await stopped
  } finally {
    await simulator.close()
  }
  return exitCodes.ok.code
}

/** `rolecall simulator --check FILE` */
export async function checkWorld(file: string, json: boolean, terminal: Terminal): Promise<number> {
  try {
    const { world } = await loadWorld({ file })
    const counts = [
      count(world.accounts.size, 'account'),
      count(world.roles.size, 'role'),
      count(world.users.size, 'user'),
    ]
    const paint = painter(terminal.out, terminal.env)
    terminal.out.write(
      json
        ? `${JSON.stringify({ ok: true, problems: [] }, undefined, 2)}\n`
        : `${paint('green', 'ok')} ${printable(file)}: ${counts.join(', ')}\n`,
    )
    return exitCodes.ok.code
  } catch (error) {
    if (!json || !(error instanceof SimulatorError) || error.code !== 'world_invalid') {
      throw asFailure(error, terminal)
    }
    terminal.out.write(`${JSON.stringify({ ok: false, problems: error.problems }, undefined, 2)}\n`)
    return exitCodes.configuration.code
  }
}

function addresses(simulator: Simulator) {
  const { url, federationEndpoint, consoleUrl, controlUrl, idp, jumpCloud } = simulator
  return {
    url,
    federationEndpoint,
    consoleUrl,
    callsUrl: `${controlUrl}/calls`,
    faultsUrl: `${controlUrl}/faults`,
    idp: { url: idp.url, metadataUrl: idp.metadataUrl },
    ...(jumpCloud === undefined ? {} : { jumpCloud: { url: jumpCloud.url } }),
  }
}

/** What clients need to find it; keys only of the demo world, which are no secret. */
function environment({ url }: Simulator, isDemo: boolean): Record<string, string> {
  const [keys] = demoWorld.accounts[0].users[0].accessKeys
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    // The command before version 2 and boto3 read this one.
    AWS_DEFAULT_REGION: 'us-east-1',
    ...(isDemo ? { AWS_ACCESS_KEY_ID: keys.id, AWS_SECRET_ACCESS_KEY: keys.secret } : {}),
  }
}

/** Lines for a shell: the addresses as comments, the rest to be sourced. */
function lines(simulator: Simulator, env: Record<string, string>): string {
  const { url, callsUrl, faultsUrl, idp, jumpCloud } = addresses(simulator)
  const about = [
    ['AWS', url],
    ['calls it received', callsUrl],
    ['faults', faultsUrl],
    ['identity provider', idp.metadataUrl],
    ...(jumpCloud === undefined ? [] : [['JumpCloud', jumpCloud.url]]),
  ]
  const keys = 'AWS_ACCESS_KEY_ID' in env ? [] : ['# keys: those of a user of the world file']
  return [
    ...about.map(([what = '', where]) => `# ${what.padEnd(18)} ${where}`),
    ...Object.entries(env).map(([name, value]) => `export ${name}=${value}`),
    ...keys,
    '',
  ].join('\n')
}

const reasons: Readonly<Partial<Record<SimulatorError['code'], ExitReason>>> = {
  world_unreadable: 'configuration',
  world_invalid: 'configuration',
  listen_failed: 'listen',
}

/** Prints the problems of a world, and says how it ends. */
function asFailure(error: unknown, terminal: Terminal): unknown {
  if (!(error instanceof SimulatorError)) return error
  if (error.problems.length > 0) {
    for (const problem of error.problems) terminal.err.write(problemText(problem, terminal))
    return configurationFailure(error.problems[0]?.file ?? '', error.problems.length)
  }
  const reason = reasons[error.code]
  if (reason === undefined) return error
  return new Failure(reason, error.message, simulatorErrors[error.code].remedy)
}

function problemText({ file, key, value, message, remedy }: Problem, terminal: Terminal): string {
  const paint = painter(terminal.err, terminal.env)
  const place = `${paint('bold', printable(file))}: ${paint('red', printable(key || '(top)'))}`
  return `${place}: ${printable(message)} ${paint('dim', `(${printable(value)})`)}\n  ${printable(remedy)}\n`
}
