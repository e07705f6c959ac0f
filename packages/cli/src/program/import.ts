import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ImportOptions } from '../import/finish-import.ts'
import type { ImportSaml2aws } from '../verbs/import-saml2aws.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall import …` */
export const addImport: AddVerbs = (program, terminal, done) => {
  const group = program
    .command('import')
    .description('move over from saml2aws, or from another gateway')
    .helpCommand(false)
  examples(
    withOutput(
      group
        .command('afp')
        .description('read the configuration of AWS Federation Proxy, or of alppaca')
        .argument('<path...>', 'what each CONFIG_PATH names, or the directory above them')
        .option('--accounts <path>', 'what ACCOUNT_CONFIG_PATH names')
        .option('--apache <file>', 'configuration of Apache: where the mounts are'),
    ),
    [
      'rolecall import afp /etc/afp-core --public-url https://aws.example.com',
      'rolecall import afp human.yaml machine.yaml --accounts accounts/ --apache afp.conf',
      'rolecall import afp /etc/alppaca --out agent.yaml',
    ],
    note,
  ).action(async (paths: string[], options: AfpOptions) => {
    const { importFromAfp } = await import('../verbs/import-afp.ts')
    done(await importFromAfp({ paths, ...options }, terminal))
  })
  examples(
    withOutput(
      group
        .command('awscons')
        .description('read the config.py of AWSconsoleSSO; nothing of it is run')
        .argument('<file>', 'its config.py'),
    ),
    [
      'rolecall import awscons config.py',
      'rolecall import awscons config.py --out new.yaml --json | jq .questions',
    ],
    note,
  ).action(async (file: string, options: ImportOptions) => {
    const { importFromAwscons } = await import('../verbs/import-awscons.ts')
    done(await importFromAwscons({ file, ...options }, terminal))
  })
  examples(
    group
      .command('saml2aws')
      .description('copy the IdP accounts of saml2aws to ~/.config/rolecall/config')
      .argument('[file]', 'what SAML2AWS_CONFIGFILE names (default: ~/.saml2aws)')
      .option('--write', 'let profiles of ~/.aws/config that run saml2aws run rolecall')
      .option('--dry-run', 'write nothing, print the report')
      .option('--force', 'replace sections of the same name')
      .option('--report <file>', 'the report (default: beside the new file, saml2aws.import.md)')
      .option('--json', 'print JSON: {ok, connections, files, findings}'),
    [
      'rolecall import saml2aws --dry-run',
      'rolecall import saml2aws',
      'rolecall import saml2aws ~/old/.saml2aws --write --json | jq .findings',
    ],
    'It needs no import: ~/.saml2aws is read as it stands. The import is for those who want one file. The exit\ncode is 5 when a line was refused; the others are written then too.',
  ).action(async (file: string | undefined, options: Omit<ImportSaml2aws, 'file'>) => {
    const { importFromSaml2aws } = await import('../verbs/import-saml2aws.ts')
    done(await importFromSaml2aws({ ...options, file }, terminal))
  })
}

interface AfpOptions extends ImportOptions {
  readonly accounts?: string
  readonly apache?: string
}

const note =
  'It writes a new file and a report of every line: kept, changed, refused. Secrets go to files of their\nown, for their owner alone. The exit code is 5 when a line was refused; the files are written then too.'

function withOutput(command: Command): Command {
  return command
    .option('-o, --out <file>', 'the new file', 'rolecall.yaml')
    .option('--report <file>', 'the report (default: beside the new file, NAME.import.md)')
    .option('--public-url <url>', 'the address that browsers use', origin)
    .addOption(
      new Option('--secrets <form>', 'secrets as files beside the new one, or as variables to set')
        .choices(['file', 'env'])
        .default('file'),
    )
    .option('--force', 'replace files that are there')
    .option('--json', 'print JSON: {ok, files, variables, questions, findings}')
}

function origin(text: string): string {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/') return url.origin
  throw new InvalidArgumentError('An address looks like https://aws.example.com.')
}
