import type { CommandFlags } from '../keys/open-command.ts'
import type { CredentialsOptions } from '../verbs/credentials.ts'
import { connectionOptions } from './connection-options.ts'
import { signInOptions } from './sign-in-options.ts'
import { type AddVerbs, examples } from './verb.ts'
import { wholeNumber } from './whole-number.ts'

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]
const seconds = wholeNumber('A duration', { least: 900, most: 43_200 })

/** `rolecall credentials` */
export const addCredentials: AddVerbs = (program, terminal, done) => {
  connectionOptions(
    signInOptions(
      examples(
        program
          .command('credentials')
          .description('print credentials in the form of credential_process')
          .argument('[role]', 'account/role, 123456789012/Role, an ARN or a unique part')
          .option('--profile <name>', "instead of a role of yours: AWS's profile of this name")
          .option(
            '--role-arn <arn>',
            'take this role with it; several are taken one after the other',
            collect,
          )
          .option('--session-name <name>', 'name of that role session (default: user@host)')
          .option('--external-id <id>', 'external ID that the last role asks for')
          .option('--duration <seconds>', 'length of the session, 900 to 43200', seconds)
          .option('--region <region>', 'region where STS is called'),
        [
          'rolecall credentials prod/admin',
          'rolecall credentials --profile prod',
          'rolecall credentials --profile prod --role-arn arn:aws:iam::123456789012:role/Deploy',
        ],
        `It prints JSON on standard output and nothing else there. In ~/.aws/config:
  [profile prod-admin]
  credential_process = rolecall credentials prod/admin
Without a role, a profile and a connection it prints what AWS's tools find by themselves.`,
      ),
    ),
  ).action(async (role: string | undefined, flags: CommandFlags & CredentialsOptions) => {
    const { credentials } = await import('../verbs/credentials-way.ts')
    done(await credentials(role, flags, terminal))
  })
}
