import { type AddVerbs, examples } from './verb.ts'

interface UserOptions {
  config: string
  group?: string[]
  email?: string
  displayName?: string
  passwordStdin?: boolean
  json?: boolean
}

/** `rolecall user …` */
export const addUser: AddVerbs = (program, terminal, done) => {
  const user = program
    .command('user')
    .description('local users, who sign in with a password')
    .helpCommand(false)
  const collect = (value: string, before: string[] = []): string[] => [...before, value]
  examples(
    user
      .command('add')
      .description('add a local user; asks for the password')
      .argument('<name>', 'the username, as it is typed to sign in')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('-g, --group <group>', 'a group of the user; may stand several times', collect)
      .option('--email <address>', 'e-mail address')
      .option('--display-name <name>', 'the name to show (default: the username)')
      .option('--password-stdin', 'read the password from standard input')
      .option('--json', 'print the user as JSON'),
    [
      'rolecall user add alice -c rolecall.yaml --group admins --display-name "Alice A."',
      'pass show aws/alice | rolecall user add alice -c rolecall.yaml --password-stdin',
    ],
  ).action(async (name: string, options: UserOptions) => {
    const { addUser } = await import('../verbs/user-add.ts')
    done(await addUser({ name, ...options }, terminal))
  })
  examples(
    user
      .command('passwd')
      .description('set a new password; signs the user out everywhere')
      .argument('<name>', 'the username')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--password-stdin', 'read the password from standard input'),
    ['rolecall user passwd alice -c rolecall.yaml'],
  ).action(async (name: string, options: UserOptions) => {
    const { changePassword } = await import('../verbs/user-passwd.ts')
    done(await changePassword({ name, ...options }, terminal))
  })
  for (const disabled of [true, false]) {
    const verb = disabled ? 'disable' : 'enable'
    examples(
      user
        .command(verb)
        .description(
          disabled ? 'sign a user out and let in no more' : 'let a disabled user in again',
        )
        .argument('<name>', 'the username')
        .requiredOption('-c, --config <file>', 'configuration file'),
      [`rolecall user ${verb} alice -c rolecall.yaml`],
    ).action(async (name: string, options: UserOptions) => {
      const { disableUser } = await import('../verbs/user-disable.ts')
      done(await disableUser({ name, disabled, config: options.config }, terminal))
    })
  }
}
