import type { ConsoleOptions } from '../verbs/console.ts'
import { connectionOptions } from './connection-options.ts'
import { type AddVerbs, examples } from './verb.ts'
import { wholeNumber } from './whole-number.ts'

const seconds = wholeNumber('A duration', { least: 900, most: 43_200 })

/** `rolecall console` */
export const addConsole: AddVerbs = (program, terminal, done) => {
  const command = program
    .command('console')
    .description('open the AWS console with a role')
    .argument('[role]', 'such as prod/admin (default: that of the connection, else you choose)')
    .option(
      '-s, --service <name>',
      'page of a service: ec2, s3, cw, iam …, or a path of the console',
    )
    .option('--destination <address>', 'page of the console by its address or path')
    .option('--link', 'print the link and open nothing; it is a secret for 15 minutes')
    .option('--json', 'print the link and what it is of as JSON')
    .option('--logout-first', 'end the session that the browser has in the console')
    .option('--browser <name>', 'browser to open, by name or path (default: your own)')
    .option(
      '--container [name]',
      'a container of Firefox, or a profile of Chrome, for each account, or of this name',
    )
    .option('--duration <seconds>', 'length of the console session, 900 to 43200', seconds)
    .option('--force', 'take new keys, also where there are fresh ones')
    .option('--exec-profile <name>', 'take the role of this profile with the keys')
    .option('--device', 'sign in by a code on another device')
    .option('--paste', 'sign in with a SAML response that you bring')
  examples(
    connectionOptions(command),
    [
      'rolecall console prod/admin',
      'rolecall console prod/admin --service ec2 --region eu-central-1',
      'rolecall console prod/readonly --destination /cloudwatch/home#logsV2:log-groups',
      'rolecall console prod/admin --container --browser firefox',
      'rolecall console prod/admin --link | pbcopy',
    ],
    'A browser gets the link from a page on this machine: no other user can read it from the process list.',
  ).action(async (role: string | undefined, options: ConsoleOptions) => {
    const { openConsole } = await import('../verbs/console.ts')
    done(await openConsole(role, options, terminal))
  })
}
