import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { Failure } from '../failure.ts'
import { type EnvFormat, envFormatOf, envFormats } from '../keys/print-env.ts'
import type { EnvFlags } from '../verbs/env.ts'
import type { ExecFlags } from '../verbs/exec.ts'
import type { ShellFlags } from '../verbs/shell.ts'
import { connectionOptions } from './connection-options.ts'
import { signInOptions } from './sign-in-options.ts'
import { type AddVerbs, examples } from './verb.ts'

const roleText = 'account/role, 123456789012/Role, an ARN or a unique part'

/** `rolecall exec`, `shell`, `env` */
export const addUseRole: AddVerbs = (program, terminal, done) => {
  const exec = connectionOptions(
    signInOptions(
      examples(
        program
          .command('exec')
          .description('run a command with a role')
          .usage('[options] [role] -- <command> [arguments]')
          .argument('[words...]', `the role (${roleText}), then -- and the command`)
          .option('--server', 'give the command an address that renews its keys, for long work')
          .option('--exec-profile <name>', 'take the role of this profile with the keys')
          .option('--force', 'take new keys, also where there are some that work'),
        [
          'rolecall exec prod/admin -- aws s3 ls',
          'rolecall exec prod/admin --server -- terraform apply',
          'rolecall exec -a production -- aws sts get-caller-identity',
        ],
        `It signs in when that is needed. The exit code is the command's: 126 and 127 when it cannot be run, 128
and the number of the signal when one ended it. --server serves the container credential protocol.`,
      ),
    ),
  )
  exec.action(async (words: string[], flags: ExecFlags) => {
    const { role, command } = splitWords(words, rawWords(program))
    const { exec: run } = await import('../verbs/exec.ts')
    done(await run(role, command, flags, terminal))
  })
  // Without -- the command begins at the first word, as in saml2aws, and its options are its own.
  program.hook('preSubcommand', (_, verb) => {
    if (verb !== exec || rawWords(program).includes('--')) return
    exec.passThroughOptions()
  })

  connectionOptions(
    signInOptions(
      examples(
        program
          .command('shell')
          .description('start your shell with a role')
          .argument('[role]', roleText)
          .option('--server', 'give the shell an address that renews its keys, for long work')
          .option('--force', 'start one also inside another, and take new keys'),
        ['rolecall shell prod/admin', 'rolecall shell prod/admin --server'],
        'ROLECALL_ROLE_NAME holds the role, for your prompt: PS1="[$ROLECALL_ROLE_NAME] $PS1"',
      ),
    ),
  ).action(async (role: string | undefined, flags: ShellFlags) => {
    const { shell } = await import('../verbs/shell.ts')
    done(await shell(role, flags, terminal))
  })

  connectionOptions(
    signInOptions(
      examples(
        program
          .command('env')
          .alias('script')
          .description('print the variables of a role, for a shell to read')
          .argument('[role]', roleText)
          .option('--shell <name>', `one of ${envFormats.join(', ')} (default: your shell)`, format)
          .option('--unset', 'print the lines that take the variables away'),
        [
          'eval "$(rolecall env prod/admin)"',
          'rolecall env prod/admin --shell fish | source',
          'rolecall env prod/admin --shell powershell | Out-String | Invoke-Expression',
          'rolecall env prod/admin --shell dotenv > .env',
          'eval "$(rolecall env --unset)"',
        ],
      ),
    ),
  ).action(async (role: string | undefined, flags: EnvFlags) => {
    const { printEnv } = await import('../verbs/env.ts')
    done(await printEnv(role, flags, terminal))
  })
}

function format(text: string): EnvFormat {
  const found = envFormatOf(text)
  if (found !== undefined) return found
  throw new InvalidArgumentError(`One of ${envFormats.join(', ')}.`)
}

/** The command line as it was; the parser's types do not tell of it. */
function rawWords(program: Command): readonly string[] {
  const raw: unknown = 'rawArgs' in program ? program.rawArgs : []
  return Array.isArray(raw) ? raw.map(String) : []
}

/** What stands before `--` is the role, what stands behind it the command. */
export function splitWords(
  words: readonly string[],
  raw: readonly string[],
): { readonly role: string | undefined; readonly command: readonly string[] } {
  const at = raw.indexOf('--')
  if (at < 0) {
    const [first = ''] = words
    if (!isRoleLike(first)) return { role: undefined, command: words }
    const command = words.slice(1).join(' ') || 'aws s3 ls'
    throw new Failure(
      'usage',
      `${JSON.stringify(first)} looks like a role, and no -- stands between it and the command`,
      `rolecall exec ${first} -- ${command}`,
    )
  }
  const command = raw.slice(at + 1)
  const [role, ...more] = words.slice(0, words.length - command.length)
  if (more.length === 0) return { role, command }
  const hint = 'rolecall exec prod/admin -- aws s3 ls'
  throw new Failure('usage', `there are ${more.length + 1} words before --: write one role`, hint)
}

/** `prod/admin` is no path of a program unless it is there. */
function isRoleLike(word: string): boolean {
  return /^(?:arn:|[^./][^/]*\/[^/]+$)/.test(word) && !existsSync(word)
}
