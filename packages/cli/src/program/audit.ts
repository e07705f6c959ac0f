import { type Command, Option } from 'commander'
import { time } from './event-filter.ts'
import { type AddVerbs, examples } from './verb.ts'
import { wholeNumber } from './whole-number.ts'

const lineCount = wholeNumber('A count', { least: 1, most: 1000 })

/** `rolecall audit …` */
export const addAudit: AddVerbs = (program, terminal, done) => {
  const audit = program
    .command('audit')
    .description('the audit log: who signed in, was refused, took which role')
    .helpCommand(false)
  examples(
    audit
      .command('tail')
      .description('print the latest events')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('-n, --lines <count>', 'how many, at most 1000', lineCount, 20)
      .option('-f, --follow', 'go on with those that come')
      .option('--json', 'one JSON object a line'),
    [
      'rolecall audit tail -c rolecall.yaml --follow',
      'rolecall audit tail -c rolecall.yaml -n 1000 --json | jq .code',
    ],
  ).action(async (options: { config: string; lines: number; follow?: boolean; json?: boolean }) => {
    const { tailAudit } = await import('../verbs/audit.ts')
    done(await tailAudit(options, terminal))
  })
  examples(
    audit
      .command('show')
      .description('print one event: the reason behind an error page')
      .argument('<event>', 'its number, as the page shows it')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--json', 'print JSON'),
    ['rolecall audit show ev-9d1deb2917588d86c0ad220e -c rolecall.yaml'],
  ).action(async (id: string, options: { config: string; json?: boolean }) => {
    const { showAudit } = await import('../verbs/audit.ts')
    done(await showAudit({ id, ...options }, terminal))
  })
  examples(
    audit
      .command('verify')
      .description('recompute the hash chain and say where it breaks')
      .option('-c, --config <file>', 'configuration file')
      .addOption(
        new Option(
          '--file <export>',
          'verify an export as JSON Lines, without a database',
        ).conflicts('config'),
      )
      .option('--json', 'print JSON: {ok, events, head, …} or {ok, seq or line, reason}'),
    ['rolecall audit verify -c rolecall.yaml', 'rolecall audit verify --file export.jsonl'],
  ).action(async (options: VerifyOptions, command: Command) => {
    const { verifyAudit, verifyAuditFile } = await import('../verbs/audit-verify.ts')
    const { config, file, ...rest } = options
    if (file !== undefined) done(await verifyAuditFile({ file, ...rest }, terminal))
    else if (config !== undefined) done(await verifyAudit({ config, ...rest }, terminal))
    else command.error("error: required option '-c, --config <file>' not specified")
  })
  examples(
    audit
      .command('export')
      .description('print events of the log, the oldest first, one JSON object a line')
      .requiredOption('-c, --config <file>', 'configuration file')
      .addOption(
        new Option('--format <format>', 'jsonl: with hashes, verifiable; ocsf: OCSF 1.8.0')
          .choices(['jsonl', 'ocsf'])
          .default('jsonl'),
      )
      .option('--since <time>', 'from this time on: 2026-03-01 or 2026-03-01T12:00:00Z', time)
      .option('--until <time>', 'before this time', time)
      .option('--type <types...>', 'of these types only: signin.refused role.taken'),
    [
      'rolecall audit export -c rolecall.yaml > export.jsonl',
      'rolecall audit export -c rolecall.yaml --format ocsf --since 2026-03-01 --type role.taken',
    ],
  ).action(async (options: ExportOptions) => {
    const { exportAudit } = await import('../verbs/audit-export.ts')
    done(await exportAudit(options, terminal))
  })
  examples(
    audit
      .command('sinks')
      .description('how far each sink has taken the log, and what fails')
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--json', 'one JSON object a line'),
    ['rolecall audit sinks -c rolecall.yaml'],
  ).action(async (options: { config: string; json?: boolean }) => {
    const { auditSinks } = await import('../verbs/audit-sinks.ts')
    done(await auditSinks(options, terminal))
  })
}

interface VerifyOptions {
  readonly config?: string
  readonly file?: string
  readonly json?: boolean
}

interface ExportOptions {
  readonly config: string
  readonly format: 'jsonl' | 'ocsf'
  readonly since?: Date
  readonly until?: Date
  readonly type?: readonly string[]
}
