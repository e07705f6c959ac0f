import { type AddVerbs, examples } from './verb.ts'

interface AccountsOptions {
  config: string
  refresh?: boolean
  json?: boolean
}

/** `rolecall accounts` */
export const addAccounts: AddVerbs = (program, terminal, done) => {
  examples(
    program
      .command('accounts')
      .description('the accounts and roles that the gateway knows, and what it cannot read')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--refresh', 'read all of them of AWS now; a running gateway takes it over')
      .option('--json', 'print accounts and roles as JSON'),
    ['rolecall accounts -c rolecall.yaml', 'rolecall accounts -c rolecall.yaml --refresh'],
  ).action(async (options: AccountsOptions) => {
    const { listAccounts } = await import('../verbs/accounts.ts')
    done(await listAccounts(options, terminal))
  })
}
