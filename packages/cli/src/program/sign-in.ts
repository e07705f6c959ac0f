import type { LoginFlags } from '../verbs/login-flags.ts'
import type { LogoutFlags } from '../verbs/logout.ts'
import type { StatusFlags } from '../verbs/status.ts'
import type { WhoamiFlags } from '../verbs/whoami.ts'
import { connectionOptions } from './connection-options.ts'
import { signInOptions } from './sign-in-options.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall login`, `logout`, `status`, `whoami` */
export const addSignIn: AddVerbs = (program, terminal, done) => {
  connectionOptions(
    signInOptions(
      examples(
        program
          .command('login')
          .description('sign in, and take a role')
          .argument('[role]', 'account/role, 123456789012/Role, an ARN or a unique part')
          .option('--all', 'take every role, after one sign-in')
          .option('--force', 'take new keys, also where there are some that work')
          .option('--write', 'write the keys to a profile of the credentials file')
          .option('--credential-process', 'print the keys in the form of credential_process')
          .option('--json', 'print JSON: {connection, roleArn, accountId, expiration, …}'),
        [
          'rolecall login',
          'rolecall login prod/admin',
          'rolecall login --device',
          'rolecall login --all',
          'rolecall login -a work --write -p prod',
        ],
        `The keys are kept encrypted, for exec, shell, env, console and credentials. They are written to the
credentials file with --write, -p, or when the connection stands in ~/.saml2aws.`,
      ),
    ),
  ).action(async (role: string | undefined, flags: LoginFlags) => {
    const { login } = await import('../verbs/login.ts')
    done(await login(role, flags, terminal))
  })

  connectionOptions(
    examples(
      program
        .command('logout')
        .description('end the sign-in, and forget the keys')
        .option('--all', 'of every connection')
        .option('--forget', 'forget the password too')
        .option('--json', 'print JSON: [{connection, keys, session, passwords}]'),
      ['rolecall logout', 'rolecall logout --all --forget'],
      'Keys that were handed out work on until they expire: only AWS can revoke them.',
    ),
  ).action(async (flags: LogoutFlags) => {
    const { logout } = await import('../verbs/logout.ts')
    done(await logout(flags, terminal))
  })

  connectionOptions(
    examples(
      program
        .command('status')
        .description('show connections, sign-ins and keys, without asking anybody')
        .option('--json', 'print JSON: {secrets, connections: [{name, who, keys, …}]}'),
      ['rolecall status', 'rolecall status --json | jq ".connections[].keys"'],
    ),
  ).action(async (flags: StatusFlags) => {
    const { status } = await import('../verbs/status.ts')
    done(await status(flags, terminal))
  })

  connectionOptions(
    signInOptions(
      examples(
        program
          .command('whoami')
          .description('say who is signed in, or who AWS takes a role for')
          .argument('[role]', 'account/role, 123456789012/Role, an ARN or a unique part')
          .option('--json', 'print JSON'),
        [
          'rolecall whoami',
          'rolecall whoami prod/admin',
          'rolecall exec prod/admin -- rolecall whoami',
        ],
        'In a shell that has a role it says who AWS takes the shell for.',
      ),
    ),
  ).action(async (role: string | undefined, flags: WhoamiFlags) => {
    const { whoami } = await import('../verbs/whoami.ts')
    done(await whoami(role, flags, terminal))
  })
}
