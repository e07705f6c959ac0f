import type { CredentialsOptions } from '../verbs/credentials.ts'
import { type AddVerbs, examples } from './verb.ts'
import { wholeNumber } from './whole-number.ts'

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]
const seconds = wholeNumber('A duration', { least: 900, most: 43_200 })

/** `rolecall credentials` */
export const addCredentials: AddVerbs = (program, terminal, done) => {
  examples(
    program
      .command('credentials')
      .description('print credentials in the form of credential_process')
      .option('--profile <name>', 'profile of the shared files (default: the default chain)')
      .option('--role-arn <arn>', 'take this role; several are taken one after the other', collect)
      .option('--session-name <name>', 'name of the role session (default: user@host)')
      .option('--external-id <id>', 'external ID that the last role asks for')
      .option('--duration <seconds>', 'length of the last session, 900 to 43200', seconds)
      .option('--region <region>', 'region where STS is called'),
    [
      'rolecall credentials --profile prod',
      'rolecall credentials --profile prod --role-arn arn:aws:iam::123456789012:role/Deploy',
    ],
    `It prints JSON on standard output and nothing else there. In ~/.aws/config:
  [profile deploy]
  credential_process = rolecall credentials --profile prod --role-arn arn:aws:iam::123456789012:role/Deploy`,
  ).action(async (options: CredentialsOptions) => {
    const { printCredentials } = await import('../verbs/credentials.ts')
    done(await printCredentials(options, terminal))
  })
}
