import { type AddVerbs, examples } from './verb.ts'

/** `rolecall config …` */
export const addConfig: AddVerbs = (program, terminal, done) => {
  const config = program
    .command('config')
    .description('check the configuration file')
    .helpCommand(false)
  examples(
    config
      .command('check')
      .description('say everything that is wrong in a configuration file')
      .argument('<file>', 'configuration file')
      .option('--json', 'print JSON: {ok, problems, warnings}'),
    ['rolecall config check rolecall.yaml', 'rolecall config check rolecall.yaml --json'],
    'It reads the secrets and files that the file names, and starts nothing else.',
  ).action(async (file: string, options: { json?: boolean }) => {
    const { checkConfig } = await import('../verbs/config-check.ts')
    done(await checkConfig(file, options.json === true, terminal))
  })
  examples(
    config.command('schema').description('print the JSON schema of the configuration file'),
    ['rolecall config schema > rolecall.schema.json'],
    'Editors with a YAML language server take it from a first line in the file:\n  # yaml-language-server: $schema=rolecall.schema.json',
  ).action(async () => {
    const { printSchema } = await import('../verbs/config-schema.ts')
    done(await printSchema(terminal))
  })
}
