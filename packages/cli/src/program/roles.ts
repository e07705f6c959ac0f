import { Option } from 'commander'
import type { RolesFlags } from '../verbs/roles.ts'
import { connectionOptions } from './connection-options.ts'
import { signInOptions } from './sign-in-options.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall roles` */
export const addRoles: AddVerbs = (program, terminal, done) => {
  connectionOptions(
    signInOptions(
      examples(
        program
          .command('roles')
          .alias('list-roles')
          .description('list the roles that you may take')
          .option('--refresh', 'ask again, also when the list is not an hour old')
          .addOption(new Option('--json', 'print JSON').conflicts('csv'))
          .option('--csv', 'print CSV'),
        [
          'rolecall roles',
          'rolecall roles --json | jq -r ".[].roleArn"',
          'rolecall roles --refresh --csv > roles.csv',
        ],
      ),
    ),
  ).action(async (flags: RolesFlags) => {
    const { listRoles } = await import('../verbs/roles.ts')
    done(await listRoles(flags, terminal))
  })
}
