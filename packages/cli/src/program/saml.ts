import { InvalidArgumentError } from 'commander'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall saml …` */
export const addSaml: AddVerbs = (program, terminal, done) => {
  const saml = program
    .command('saml')
    .description('look into what identity providers send')
    .helpCommand(false)
  examples(
    saml
      .command('explain')
      .description('run every check on a SAML response and say what is wrong with it')
      .argument(
        '<file>',
        'the SAMLResponse field, the posted form or the XML; - for standard input',
      )
      .requiredOption('-c, --config <file>', 'configuration file')
      .requiredOption('--provider <id>', 'the provider of the configuration that sent it')
      .option('--at <time>', 'look at it as of this time (UTC); default: now', instant)
      .option(
        '--request <id>',
        'the request that it must answer; default: the one that it names',
        requestId,
      )
      .option('--json', 'print JSON: {accepted, provider, at, requestId, checks}'),
    [
      'rolecall saml explain response.txt --provider corp -c rolecall.yaml --at 2026-11-26T13:45:00Z',
      'xclip -o | rolecall saml explain - --provider corp -c rolecall.yaml',
      'rolecall saml explain response.xml --provider corp -c rolecall.yaml --json | jq .checks',
    ],
    'The exit code is 0 when it would be accepted and 5 when not. Whether it was used before, and\nwhich browser asked, only the running gateway knows. It prints no fact about a person.',
  ).action(async (file: string, options: ExplainOptions) => {
    const { explainSaml } = await import('../verbs/saml-explain.ts')
    done(await explainSaml({ file, ...options }, terminal))
  })
}

interface ExplainOptions {
  readonly config: string
  readonly provider: string
  readonly at?: Date
  readonly request?: string
  readonly json?: boolean
}

function instant(text: string): Date {
  const time = new Date(text)
  if (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(text) &&
    !Number.isNaN(time.getTime())
  ) {
    return time
  }
  throw new InvalidArgumentError('A time looks like 2026-11-26T13:45:00Z.')
}

function requestId(text: string): string {
  if (/^[A-Za-z_][\w.-]{0,255}$/.test(text)) return text
  throw new InvalidArgumentError('A request ID looks like _2f0a, at most 256 characters.')
}
