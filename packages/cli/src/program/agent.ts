import { InvalidArgumentError } from 'commander'
import type { AgentOptions } from '../agent/options.ts'
import { type Shell, shells } from '../agent/variables.ts'
import { type AddVerbs, examples } from './verb.ts'

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** `rolecall agent` */
export const addAgent: AddVerbs = (program, terminal, done) => {
  examples(
    program
      .command('agent')
      .description('give the programs of this machine credentials that stay fresh')
      .option('-c, --config <file>', 'roles, tokens and addresses; instead of most options below')
      .option('--role <role>', 'a role of yours: account/role, an ARN or a unique part')
      .option('-a, --connection <name>', 'connection that gives the role')
      .option('--profile <name>', 'profile of the shared files (default: the default chain)')
      .option('--role-arn <arn>', 'take this role; several are taken one after the other', collect)
      .option('--session-name <name>', 'name of the role session (default: user@host)')
      .option('--external-id <id>', 'external ID that the last role asks for')
      .option('--region <region>', 'region of STS, and of the instance that IMDS tells of')
      .option('--imds', 'serve the instance metadata service (IMDSv2) as well')
      .option('--imds-v1', 'and answer requests without a session token')
      .option('--upstream <url>', 'fetch the roles of a metadata proxy and serve them by IMDS')
      .option('--listen <address>', 'address and port (default: 127.0.0.1:9912)', collect)
      .option('--token-file <file>', 'keep the token in a file; the variable names the file')
      .option('--access-log <file>', 'one JSON line a request (default: standard error)')
      .option('--shell <name>', `words of the printed lines: ${shells.join(', ')}`, shell)
      .option('--json', 'print the variables as JSON'),
    [
      'rolecall agent --role prod/admin',
      'rolecall agent --profile prod',
      'rolecall agent --profile prod --role-arn arn:aws:iam::123456789012:role/Deploy --imds',
      'rolecall agent --profile prod --token-file ~/.rolecall-token',
      'rolecall agent -c agent.yaml',
      'rolecall agent --upstream https://afp.example --imds-v1 --listen 127.0.0.1:25772',
    ],
    'It prints the lines to paste where the programs run, and runs until SIGTERM or Ctrl-C.',
  ).action(async (options: AgentOptions) => {
    const { runAgent } = await import('../verbs/agent.ts')
    done(await runAgent(options, terminal))
  })
}

function shell(text: string): Shell {
  const found = shells.find(one => one === text)
  if (found !== undefined) return found
  throw new InvalidArgumentError(`One of ${shells.join(', ')}.`)
}
