import type { GatewayFlags } from '../verbs/gateway-flags.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall gateway …` */
export const addGateway: AddVerbs = (program, terminal, done) => {
  const gateway = examples(
    program
      .command('gateway')
      .description('sign requests to AWS for programs that cannot, or that have no keys of AWS')
      .helpCommand(false)
      .option('-c, --config <file>', 'configuration file with callers and rules')
      .option('--region <region>', 'whose STS is called; default: AWS_REGION')
      .option('--profile <name>', 'whose credentials sign; default: AWS_PROFILE, environment, …')
      .option('--role <role>', 'a role of yours signs: account/role, an ARN or a unique part')
      .option('-a, --connection <name>', 'connection that gives the role')
      .option('--role-arn <arn>', 'take this role with it to sign')
      .option('--services <list>', 'only these signing names: s3,sts; default: every service', list)
      .option('--methods <list>', 'only these methods: GET,HEAD; default: every method', list)
      .option('--endpoint-url <url>', 'send everything there in place of AWS: a simulator')
      .option('--listen <address>', 'ADDRESS:PORT or unix:PATH; default: 127.0.0.1:9911')
      .option('--audit <file>', 'append the audit lines (JSON) there; default: standard output'),
    [
      'rolecall gateway --role prod/readonly --region eu-central-1',
      'rolecall gateway --region eu-central-1 --profile prod',
      'rolecall gateway --services s3 --methods GET,HEAD --audit gateway.jsonl',
      'rolecall gateway --listen unix:/run/user/1000/gateway.sock',
      'rolecall gateway -c gateway.yaml',
      'rolecall gateway keys build',
    ],
    'Without a file there is one caller, whose token and key pair are made anew and printed with\nlines to try. The path begins with the host of AWS, or the caller signs with its key pair.',
  ).action(async (options: GatewayFlags) => {
    const { runGateway } = await import('../verbs/gateway.ts')
    done(await runGateway(options, terminal))
  })
  examples(
    gateway
      .command('keys')
      .description('make a token and a key pair for a caller, and print the lines of the file')
      .argument('<name>', 'the name of the caller')
      .option('--json', 'print JSON'),
    ['rolecall gateway keys build', 'rolecall gateway keys build --json | jq -r .token'],
    'Nothing is kept: what is printed is the only copy.',
  ).action(async (name: string, options: { json?: boolean }) => {
    const { printGatewayKeys } = await import('../verbs/gateway-keys.ts')
    done(printGatewayKeys(name, options.json === true, terminal))
  })
}

function list(text: string): string[] {
  return text.split(',').map(word => word.trim())
}
