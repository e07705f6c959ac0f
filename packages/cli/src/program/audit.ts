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
      .option('--json', 'one JSON object a line'),
    [
      'rolecall audit tail -c rolecall.yaml',
      'rolecall audit tail -c rolecall.yaml -n 1000 --json | jq .code',
    ],
  ).action(async (options: { config: string; lines: number; json?: boolean }) => {
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
      .requiredOption('-c, --config <file>', 'configuration file')
      .option('--json', 'print JSON: {ok, events, head} or {ok, seq, reason}'),
    ['rolecall audit verify -c rolecall.yaml'],
  ).action(async (options: { config: string; json?: boolean }) => {
    const { verifyAudit } = await import('../verbs/audit.ts')
    done(await verifyAudit(options, terminal))
  })
}
