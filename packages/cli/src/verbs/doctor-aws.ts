import { type CredentialReport, examineCredentials, type SourceFacts } from '@rolecall/aws'
import { exitCodes } from '../exit-codes.ts'
import { painter, printable, type Style, type Terminal } from '../terminal.ts'

/** Which credentials are looked at, and how. */
export interface DoctorAws {
  readonly profile?: string
  readonly region?: string
  readonly offline?: boolean
  readonly json?: boolean
}

/** `rolecall doctor aws [--profile P] [--region R] [--offline] [--json]` */
export async function doctorAws(options: DoctorAws, terminal: Terminal): Promise<number> {
  const { json = false, ...asked } = options
  const report = await examineCredentials({ ...asked, env: terminal.env })
  if (json) {
    // Keys without a value stand as null: scripts find the same keys every time.
    const whole = { ...report, ...nulls(report) }
    terminal.out.write(`${JSON.stringify(whole, undefined, 2)}\n`)
  } else print(report, options.offline === true, terminal)
  return report.works ? exitCodes.ok.code : exitCodes.credentials.code
}

function nulls(report: CredentialReport): Record<string, null> {
  const empty = Object.entries(report).filter(([, value]) => value === undefined)
  return Object.fromEntries(empty.map(([key]) => [key, null]))
}

const outcomes: Readonly<Record<SourceFacts['outcome'], readonly [Style, string]>> = {
  wins: ['green', 'wins'],
  shadowed: ['dim', 'later'],
  empty: ['dim', '-'],
  fails: ['red', 'FAIL'],
  'not-asked': ['dim', '?'],
}

function print(report: CredentialReport, offline: boolean, { out, env }: Terminal): void {
  const paint = painter(out, env)
  const { profile, region = 'none', endpoint, identity, winner } = report
  const width = Math.max(...report.sources.map(({ name }) => name.length)) + 2
  out.write(printable(`profile ${profile}, region ${region}`))
  out.write('\n\n')
  for (const { name, outcome, detail, accessKeyId, expiration } of report.sources) {
    const [style, word] = outcomes[outcome]
    const facts = [
      accessKeyId,
      expiration === undefined ? undefined : `until ${expiration.toISOString()}`,
      detail,
    ]
    const text = facts.filter(each => each !== undefined).join(', ')
    out.write(
      `${paint(style, word.padEnd(7))}${name.padEnd(width)}${paint('dim', printable(text))}\n`,
    )
  }
  for (const { severity, code, message, remedy } of report.findings) {
    const label = paint(severity === 'error' ? 'red' : 'yellow', severity)
    out.write(`\n${label} ${paint('bold', code)} ${printable(message)}\n`)
    out.write(`  ${paint('dim', 'remedy')} ${printable(remedy)}\n`)
  }
  out.write('\n')
  if (identity !== undefined) {
    const at = endpoint === undefined ? '' : ` at ${endpoint}`
    const text = `${identity.arn} of account ${identity.account}, from ${winner}${at}`
    out.write(`${paint('green', 'works:')} ${printable(text)}\n`)
  } else if (report.works) {
    out.write(`${paint('green', 'nothing wrong:')} ${winner} has credentials; AWS was not asked\n`)
  } else {
    const broken = report.sources.find(({ outcome }) => outcome === 'fails')?.name
    const found =
      winner === undefined
        ? `${broken ?? 'no source'} ${broken === undefined ? 'has' : 'gives no'} credentials`
        : `the credentials of ${winner}`
    const end = offline ? `${found}; AWS was not asked` : found
    out.write(`${paint('red', 'does not work:')} ${end}\n`)
  }
}
