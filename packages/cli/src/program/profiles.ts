import { Option } from 'commander'
import type { ProfilesSyncOptions } from '../verbs/profiles-sync.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall profiles …` */
export const addProfiles: AddVerbs = (program, terminal, done) => {
  const group = program
    .command('profiles')
    .description('profiles of ~/.aws/config for your roles')
    .helpCommand(false)
  examples(
    group
      .command('sync')
      .description('a profile for each role that you may take, and none for those of the past')
      .option('-a, --connection <name>', 'of this connection alone (default: all of them)')
      .addOption(new Option('--idp-account <name>', 'the name that saml2aws has for it').hideHelp())
      .option('--config <file>', 'a configuration file of saml2aws (default: ~/.saml2aws)')
      .option('--format <template>', 'how profiles are called (default: {account}-{role})')
      .option('--prefix <text>', 'goes before the name of every profile')
      .option('--refresh', 'sign in and ask for the roles (default: those of the last sign-in)')
      .option('--diff', 'show what would change as a unified diff; write nothing')
      .option('--dry-run', 'say what would change; write nothing')
      .option('--check', 'write nothing; exit code 17 when something would change')
      .option('--debug', 'with --refresh: show the traffic, without its secrets')
      .option('--json', 'print JSON: {file, inStep, profiles, removed, skipped, notes}'),
    [
      'rolecall profiles sync',
      'rolecall profiles sync --diff',
      "rolecall profiles sync -a work --format '{account}/{role}' --prefix work-",
      'aws s3 ls --profile prod-admin',
    ],
    `The profiles stand between two marked lines of ~/.aws/config; all else there stays, byte for byte.
A template has {account} {account_id} {role} {region} {connection}; it is remembered there.`,
  ).action(async (options: ProfilesSyncOptions) => {
    const { syncProfiles } = await import('../verbs/profiles-sync.ts')
    done(await syncProfiles(options, terminal))
  })
}
