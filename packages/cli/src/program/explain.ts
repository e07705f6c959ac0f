import { type AddVerbs, examples } from './verb.ts'

interface ExplainOptions {
  config: string
  source?: string
  group?: string[]
  attribute?: string[]
  address?: string
  at?: string
  json?: boolean
}

/** `rolecall explain` */
export const addExplain: AddVerbs = (program, terminal, done) => {
  const collect = (value: string, before: string[] = []): string[] => [...before, value]
  examples(
    program
      .command('explain')
      .description('why somebody may take a role, or may not, and which line of the file says so')
      .argument('<principal>', 'a username, or `source:username`')
      .argument('[role]', '`account/role`, or an account alone (default: all roles)')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--source <id>', 'the sign-in source of the name')
      .option(
        '-g, --group <group>',
        'a group in place of those known; may stand several times',
        collect,
      )
      .option('--attribute <name=value>', 'an attribute in place of those known', collect)
      .option('--address <ip>', 'the network address that asks')
      .option('--at <time>', 'the moment to decide for, such as 2026-01-31T12:00:00Z')
      .option('--json', 'print the explanation as JSON'),
    [
      'rolecall explain alice prod/Admin -c rolecall.yaml',
      'rolecall explain corp:bob -c rolecall.yaml --group developers',
    ],
  ).action(async (principal: string, role: string | undefined, options: ExplainOptions) => {
    const { explain } = await import('../verbs/explain.ts')
    done(await explain({ principal, role, ...options }, terminal))
  })
}
