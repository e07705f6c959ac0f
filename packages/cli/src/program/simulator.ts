import { type AddVerbs, examples } from './verb.ts'
import { wholeNumber } from './whole-number.ts'

const portNumber = wholeNumber('A port', { least: 0, most: 65_535 })

/** `rolecall simulator` */
export const addSimulator: AddVerbs = (program, terminal, done) => {
  examples(
    program
      .command('simulator')
      .description('run a simulated AWS and company identity provider, for tests and CI')
      .option('--world <file>', 'accounts, roles, users, people (default: a small company)')
      .option('--port <number>', 'port of the AWS side (default: a free one)', portNumber)
      .option(
        '--idp-port <number>',
        'port of the identity provider (default: a free one)',
        portNumber,
      )
      .option('--jumpcloud-port <number>', 'port of JumpCloud, if the world has it', portNumber)
      .option('--check <file>', 'say everything that is wrong in a world file, and stop')
      .option('--json', 'print JSON'),
    [
      'rolecall simulator --port 4566 > aws.env &',
      'rolecall simulator --world world.yaml --json',
      'rolecall simulator --check world.yaml',
    ],
    `It prints the lines that point the aws command and the SDKs at it, and runs until SIGTERM or
Ctrl-C. Nothing reaches AWS; everything listens on 127.0.0.1 and is forgotten at the end.`,
  ).action(
    async (options: {
      world?: string
      port?: number
      idpPort?: number
      jumpcloudPort?: number
      check?: string
      json?: boolean
    }) => {
      const { checkWorld, runSimulator } = await import('../verbs/simulator.ts')
      const { check, json = false, jumpcloudPort, ...rest } = options
      const running = jumpcloudPort === undefined ? rest : { ...rest, jumpCloudPort: jumpcloudPort }
      done(
        check === undefined
          ? await runSimulator({ ...running, json }, terminal)
          : await checkWorld(check, json, terminal),
      )
    },
  )
}
