import { type AddVerbs, examples } from './verb.ts'

/** `rolecall serve` */
export const addServe: AddVerbs = (program, terminal, done) => {
  examples(
    program
      .command('serve')
      .description('run the gateway until it is told to stop')
      .requiredOption('-c, --config <file>', 'configuration file'),
    ['rolecall serve -c /etc/rolecall/rolecall.yaml'],
    'SIGHUP reads the file again; a file with problems changes nothing. SIGTERM and SIGINT stop it.',
  ).action(async (options: { config: string }) => {
    const { serveGateway } = await import('../verbs/serve.ts')
    done(await serveGateway(options.config, terminal))
  })
}
