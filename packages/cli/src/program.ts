import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { exitCodeLines } from './exit-codes.ts'
import { addAccounts } from './program/accounts.ts'
import { addAgent } from './program/agent.ts'
import { addAudit } from './program/audit.ts'
import { addCompletion } from './program/completion.ts'
import { addConfig } from './program/config.ts'
import { addConfigure } from './program/configure.ts'
import { addConsole } from './program/console.ts'
import { addCredentials } from './program/credentials.ts'
import { addDemo } from './program/demo.ts'
import { addDoctor } from './program/doctor.ts'
import { addExplain } from './program/explain.ts'
import { addGateway } from './program/gateway.ts'
import { addImport } from './program/import.ts'
import { addProfiles } from './program/profiles.ts'
import { addRoles } from './program/roles.ts'
import { addSaml } from './program/saml.ts'
import { addServe } from './program/serve.ts'
import { addSignIn } from './program/sign-in.ts'
import { addSignOut } from './program/signout.ts'
import { addSimulator } from './program/simulator.ts'
import { addUseRole } from './program/use-role.ts'
import { addUser } from './program/user.ts'
import type { AddVerbs, Done } from './program/verb.ts'
import { complain, type Terminal } from './terminal.ts'

/** In the order of the help. */
const groups: readonly (readonly [heading: string, verbs: readonly AddVerbs[]])[] = [
  ['Roles:', [addSignIn, addRoles, addUseRole, addConsole, addCredentials, addProfiles]],
  ['Set up:', [addConfigure, addImport, addDoctor, addCompletion]],
  ['For programs:', [addAgent, addGateway, addSimulator]],
  [
    'The gateway:',
    [addServe, addDemo, addConfig, addUser, addAccounts, addExplain, addSignOut, addAudit, addSaml],
  ],
]

/** The command line: verbs, options, help. `done` takes the exit code of the verb that ran. */
export function buildProgram(terminal: Terminal, done: Done): Command {
  const program = new Command('rolecall')
    .description('A self-hosted gateway to AWS accounts: who you are becomes the role you may be.')
    .version(version(), '-V, --version', 'print the version')
    // What stands behind a verb is the verb's: the command of `exec` may have any options.
    .enablePositionalOptions()
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
  rolecall configure https://aws.example.com  where you sign in
  rolecall login                             sign in
  rolecall exec prod/admin -- aws s3 ls      run a command with a role
  rolecall demo                              try it with a simulated AWS
  rolecall config check rolecall.yaml        what is wrong in a configuration file
  rolecall user add alice -c rolecall.yaml   a first person to sign in
  rolecall serve -c rolecall.yaml            run the gateway
  rolecall audit tail -c rolecall.yaml       who signed in, was refused, took which role
  rolecall gateway --region eu-central-1     sign requests for programs that cannot
  rolecall doctor aws                        where AWS credentials come from, and what is wrong

Exit codes:
${exitCodeLines()}`,
    )

  for (const [heading, verbs] of groups) {
    program.commandsGroup(heading)
    for (const add of verbs) add(program, terminal, done)
  }
  return program
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
