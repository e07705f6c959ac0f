import { Command } from 'commander'
import { expect, test } from 'vitest'
import { type ConnectionFlags, connectionOptions } from './connection-options.ts'

/** Runs one verb with these words, and gives what it got and what was said. */
async function given(verb: string, words: readonly string[]) {
  let [flags, said]: [ConnectionFlags, string] = [{}, '']
  const program = new Command('rolecall').exitOverride().configureOutput({
    writeErr: text => {
      said += text
    },
  })
  const command = program.command(verb).option('--role <name>', 'its own')
  connectionOptions(command).action((options: ConnectionFlags) => {
    flags = options
  })
  await program.parseAsync([verb, ...words], { from: 'user' })
  return { flags, said, help: command.helpInformation() }
}

test('the flags of saml2aws are taken as they were', async () => {
  const words = ['-a', 'w', '-s', '-r', 'eu-west-1', '-p', 'one', '--session-duration', '900']
  const { flags, said } = await given('login', [...words, '--duo-mfa-option', 'Passcode'])
  expect(flags).toMatchObject({
    connection: 'w',
    skipVerify: true,
    region: 'eu-west-1',
    profile: 'one',
    sessionDuration: '900',
    duoMfaOption: 'Passcode',
  })
  expect(said).toBe('')
})

test('what has no use any more is taken and told of', async () => {
  const words = [
    '--download-browser-driver',
    '--prompter',
    'pinentry',
    '--client-secret',
    'planted',
  ]
  const { said } = await given('login', words)
  expect(said.split('\n')).toEqual([
    expect.stringMatching(/^note: --prompter has no use here: /),
    expect.stringMatching(/^note: --download-browser-driver has no use here: /),
    expect.stringMatching(/^note: --client-secret has no use here: /),
    '',
  ])
  expect(said).not.toContain('planted')
})

test('the obsolete flag is an error that names the new one', async () => {
  await expect(given('login', ['-i', 'Okta'])).rejects.toMatchObject({
    reason: 'usage',
    hint: 'rolecall configure --idp-provider Okta',
  })
})

test("a verb's own option stays, and one for other verbs is not added", async () => {
  const { help } = await given('credentials', [])
  expect(help).toContain('--role <name>')
  expect(help).not.toContain('--profile')
  await expect(given('credentials', ['--cache-saml'])).rejects.toThrow(/unknown option/)
})

test('a letter that a verb has already leaves the long name', async () => {
  let flags: ConnectionFlags & { readonly service?: string } = {}
  const program = new Command('rolecall').exitOverride()
  const command = program.command('console').option('-s, --service <name>')
  connectionOptions(command).action((options: typeof flags) => {
    flags = options
  })
  await program.parseAsync(['console', '-s', 'ec2', '--skip-verify'], { from: 'user' })
  expect(flags).toMatchObject({ service: 'ec2', skipVerify: true })
})
