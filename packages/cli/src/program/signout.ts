import { type AddVerbs, examples } from './verb.ts'

/** `rolecall signout` */
export const addSignOut: AddVerbs = (program, terminal, done) => {
  examples(
    program
      .command('signout')
      .description('end every session of a person, browsers and command lines')
      .argument('<principal>', 'SOURCE:USERNAME, as the audit log names people')
      .requiredOption('-c, --config <file>', 'configuration file'),
    ['rolecall signout corp:alice -c rolecall.yaml'],
    'Keys that were handed out live on until they expire: only AWS can revoke them.',
  ).action(async (principal: string, options: { config: string }) => {
    const { signOut } = await import('../verbs/signout.ts')
    done(await signOut({ principal, config: options.config }, terminal))
  })
}
