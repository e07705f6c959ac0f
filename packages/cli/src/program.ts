import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { exitCodeLines } from './exit-codes.ts'
import { complain, type Terminal } from './terminal.ts'

/** A verb's module is imported when the verb is called, so that `--help` starts fast. */
type Done = (exitCode: number) => void

/** The command line: verbs, options, help. `done` takes the exit code of the verb that ran. */
export function buildProgram(terminal: Terminal, done: Done): Command {
  const program = new Command('rolecall')
    .description('A self-hosted gateway to AWS accounts: who you are becomes the role you may be.')
    .version(version(), '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: text => terminal.out.write(text),
      writeErr: text => terminal.err.write(text),
      outputError: text => reportUsage(terminal, text),
    })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  rolecall demo                              try it with a simulated AWS
  rolecall config check rolecall.yaml        what is wrong in a configuration file
  rolecall user add alice -c rolecall.yaml   a first person to sign in
  rolecall serve -c rolecall.yaml            run the gateway
  rolecall audit tail -c rolecall.yaml       who signed in, was refused, took which role

Exit codes:
${exitCodeLines()}`,
    )

  serveVerb(program, terminal, done)
  demoVerb(program, done)
  configVerbs(program, terminal, done)
  userVerbs(program, terminal, done)
  auditVerbs(program, terminal, done)
  return program
}

function serveVerb(program: Command, terminal: Terminal, done: Done): void {
  examples(
    program
      .command('serve')
      .description('run the gateway until it is told to stop')
      .requiredOption('-c, --config <file>', 'configuration file'),
    ['rolecall serve -c /etc/rolecall/rolecall.yaml'],
    'SIGHUP reads the file again; a file with problems changes nothing. SIGTERM and SIGINT stop it.',
  ).action(async (options: { config: string }) => {
    const { serveGateway } = await import('./verbs/serve.ts')
    done(await serveGateway(options.config, terminal))
  })
}

function demoVerb(program: Command, done: Done): void {
  examples(
    program
      .command('demo')
      .description('run the gateway with a simulated AWS and a simulated company')
      .option('--check', 'walk through sign-in, role, keys and console once, then stop')
      .option('--port <number>', 'port of the web page (default: 8080, or a free one)', portNumber)
      .option('--json', 'print JSON'),
    ['rolecall demo', 'rolecall demo --check', 'rolecall demo --port 9000'],
    'Nothing leaves this machine, and nothing is kept after the end.',
  ).action(async (options: { check?: boolean; port?: number; json?: boolean }) => {
    const { runDemo } = await import('./demo.ts')
    const { check = false, json = false, port } = options
    done(await runDemo({ check, json, ...(port === undefined ? {} : { port }) }))
  })
}

function configVerbs(program: Command, terminal: Terminal, done: Done): void {
  const config = program
    .command('config')
    .description('check the configuration file')
    .helpCommand(false)
  examples(
    config
      .command('check')
      .description('say everything that is wrong in a configuration file')
      .argument('<file>', 'configuration file')
      .option('--json', 'print JSON: {ok, problems, warnings}'),
    ['rolecall config check rolecall.yaml', 'rolecall config check rolecall.yaml --json'],
    'It reads the secrets and files that the file names, and starts nothing else.',
  ).action(async (file: string, options: { json?: boolean }) => {
    const { checkConfig } = await import('./verbs/config-check.ts')
    done(await checkConfig(file, options.json === true, terminal))
  })
  examples(
    config.command('schema').description('print the JSON schema of the configuration file'),
    ['rolecall config schema > rolecall.schema.json'],
    'Editors with a YAML language server take it from a first line in the file:\n  # yaml-language-server: $schema=rolecall.schema.json',
  ).action(async () => {
    const { printSchema } = await import('./verbs/config-schema.ts')
    done(await printSchema(terminal))
  })
}

function auditVerbs(program: Command, terminal: Terminal, done: Done): void {
  const audit = program
    .command('audit')
    .description('the audit log: who signed in, was refused, took which role')
    .helpCommand(false)
  examples(
    audit
      .command('tail')
      .description('print the latest events')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('-n, --lines <count>', 'how many, at most 1000', lineCount, 20)
      .option('--json', 'one JSON object a line'),
    [
      'rolecall audit tail -c rolecall.yaml',
      'rolecall audit tail -c rolecall.yaml -n 1000 --json | jq .code',
    ],
  ).action(async (options: { config: string; lines: number; json?: boolean }) => {
    const { tailAudit } = await import('./verbs/audit.ts')
    done(await tailAudit(options, terminal))
  })
  examples(
    audit
      .command('show')
      .description('print one event: the reason behind an error page')
      .argument('<event>', 'its number, as the page shows it')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--json', 'print JSON'),
    ['rolecall audit show ev-9d1deb2917588d86c0ad220e -c rolecall.yaml'],
  ).action(async (id: string, options: { config: string; json?: boolean }) => {
    const { showAudit } = await import('./verbs/audit.ts')
    done(await showAudit({ id, ...options }, terminal))
  })
  examples(
    audit
      .command('verify')
      .description('recompute the hash chain and say where it breaks')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--json', 'print JSON: {ok, events, head} or {ok, seq, reason}'),
    ['rolecall audit verify -c rolecall.yaml'],
  ).action(async (options: { config: string; json?: boolean }) => {
    const { verifyAudit } = await import('./verbs/audit.ts')
    done(await verifyAudit(options, terminal))
  })
}

interface UserOptions {
  config: string
  group?: string[]
  email?: string
  displayName?: string
  passwordStdin?: boolean
  json?: boolean
}

function userVerbs(program: Command, terminal: Terminal, done: Done): void {
  const user = program
    .command('user')
    .description('local users, who sign in with a password')
    .helpCommand(false)
  const collect = (value: string, before: string[] = []): string[] => [...before, value]
  examples(
    user
      .command('add')
      .description('add a local user; asks for the password')
      .argument('<name>', 'the username, as it is typed to sign in')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('-g, --group <group>', 'a group of the user; may stand several times', collect)
      .option('--email <address>', 'e-mail address')
      .option('--display-name <name>', 'the name to show (default: the username)')
      .option('--password-stdin', 'read the password from standard input')
      .option('--json', 'print the user as JSON'),
    [
      'rolecall user add alice -c rolecall.yaml --group admins --display-name "Alice A."',
      'pass show aws/alice | rolecall user add alice -c rolecall.yaml --password-stdin',
    ],
  ).action(async (name: string, options: UserOptions) => {
    const { addUser } = await import('./verbs/user-add.ts')
    done(await addUser({ name, ...options }, terminal))
  })
  examples(
    user
      .command('passwd')
      .description('set a new password; signs the user out everywhere')
      .argument('<name>', 'the username')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--password-stdin', 'read the password from standard input'),
    ['rolecall user passwd alice -c rolecall.yaml'],
  ).action(async (name: string, options: UserOptions) => {
    const { changePassword } = await import('./verbs/user-passwd.ts')
    done(await changePassword({ name, ...options }, terminal))
  })
}

function examples(command: Command, lines: readonly string[], note?: string): Command {
  const list = lines.map(line => `  ${line}`).join('\n')
  return command.addHelpText(
    'after',
    `${note === undefined ? '' : `\n${note}\n`}\nExamples:\n${list}`,
  )
}

function lineCount(text: string): number {
  const count = Number(text)
  if (/^\d{1,4}$/.test(text) && count >= 1 && count <= 1000) return count
  throw new InvalidArgumentError('A count is a whole number from 1 to 1000.')
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
}

/** Turns the parser's `error: …` and `(Did you mean …?)` into our two lines. */
function reportUsage(terminal: Terminal, text: string): void {
  const message = text.replace(/^error: /, '').trim()
  if (message === '') return
  const [first = '', ...rest] = message.split('\n')
  const suggestion = /^\((.*)\)$/.exec(rest.join(' ').trim())?.[1]
  complain(terminal, first, suggestion ?? 'rolecall --help shows every verb and its options')
}

function version(): string {
  const file = new URL('../package.json', import.meta.url)
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const found = typeof content === 'object' && content !== null && 'version' in content
  return found ? String(content.version) : 'unknown'
}
