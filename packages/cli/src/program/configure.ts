import type { ConfigureOptions } from '../verbs/configure.ts'
import { connectionOptions } from './connection-options.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall configure` */
export const addConfigure: AddVerbs = (program, terminal, done) => {
  const command = program
    .command('configure')
    .description('write down where to sign in: a Rolecall server, or a SAML identity provider')
    .argument('[url]', 'address of the server, or of the sign-in to AWS at the identity provider')
  connectionOptions(command).option(
    '--json',
    'ask nothing, print JSON: {connection, provider, url, username, mfa, file, …}',
  )
  examples(
    command,
    [
      'rolecall configure https://aws.example.com',
      'rolecall configure -a work --idp-provider JumpCloud --url https://sso.jumpcloud.com/saml2/aws --username alice@example.com',
      'rolecall configure -a work --role prod/admin --skip-prompt',
      'rolecall configure --config ~/.saml2aws -a work --region eu-central-1 --skip-prompt',
    ],
    'It writes one section of ~/.config/rolecall/config, or of the file of --config; what is not said stays as it is.',
  ).action(async (url: string | undefined, options: ConfigureOptions) => {
    const { configure } = await import('../verbs/configure.ts')
    done(await configure(url, options, terminal))
  })
}
