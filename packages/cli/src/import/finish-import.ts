/** The end that both imports have: files, report, summary. */
import { basename, dirname, join } from 'node:path'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { painter, printable, type Terminal } from '../terminal.ts'
import { createDraft, type Draft, type SecretForm } from './draft.ts'
import { createFindings, type Findings } from './findings.ts'
import { UnreadableOld } from './old-value.ts'
import { countsOf, inOrder, markdownReport } from './report.ts'
import { type FileToWrite, writeFiles } from './write-files.ts'

/** The options that both imports have. */
export interface ImportOptions {
  readonly out: string
  readonly report?: string
  readonly json?: boolean
  readonly force?: boolean
  readonly secrets: SecretForm
  readonly publicUrl?: string
}

/** What one import does with the draft. */
export interface Import {
  readonly title: string
  /** What is different without a line of the old files that says so. */
  readonly differences: readonly string[]
  /** The draft when it is to be written, or the text of another main file, or undefined for none. */
  work(draft: Draft, findings: Findings): Promise<Draft | string | undefined>
}

/** Reads, writes and tells; the exit code says whether something was refused. */
export async function runImport(
  { title, differences, work }: Import,
  options: ImportOptions,
  terminal: Terminal,
): Promise<number> {
  const findings = createFindings()
  const base = basename(options.out).replace(/\.ya?ml$/, '')
  const draft = createDraft(base, options.secrets)
  const main = await read(() => work(draft, findings))
  const directory = dirname(options.out)
  const report = options.report ?? join(directory, `${base}.import.md`)
  const files: FileToWrite[] = draft.files.map(({ name, text, isSecret }) => ({
    path: join(directory, name),
    text,
    isSecret,
  }))
  const head = [
    `${title}.`,
    `${report} says what became of each line, and what to look at first.`,
    `rolecall config check ${options.out}`,
  ]
  if (main !== undefined) {
    const text = typeof main === 'string' ? main : main.render(head)
    files.unshift({ path: options.out, text, isSecret: false })
  }
  files.push({
    path: report,
    text: markdownReport(findings, { title, differences }),
    isSecret: false,
  })
  await writeFiles(files, options.force === true)
  const { refused } = countsOf(findings.list)
  const facts = {
    ok: refused === 0,
    files: files.map(file => file.path),
    variables: draft.variables,
    questions: findings.questions,
    findings: inOrder(findings.list),
  }
  if (options.json === true) terminal.out.write(`${JSON.stringify(facts, undefined, 2)}\n`)
  else printSummary(facts, findings, terminal)
  return refused === 0 ? exitCodes.ok.code : exitCodes.refused.code
}

async function read<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UnreadableOld)) throw error
    const { file, line } = error.place
    throw new Failure('refused', `${file}:${line}: ${error.message}`, error.todo)
  }
}

/** What was refused and asked, the counts and the files, on standard error. */
export function printSummary(
  {
    files,
    variables,
  }: { readonly files: readonly string[]; readonly variables: readonly string[] },
  { list, questions }: Findings,
  { err, env }: Terminal,
): void {
  const paint = painter(err, env)
  for (const { file, line, key, why, todo, verdict } of inOrder(list)) {
    if (verdict !== 'refused') continue
    const place = paint('bold', printable(`${file}:${line}`))
    err.write(`${paint('red', 'refused:')} ${place}: ${printable(`${key}: ${why ?? ''}`)}\n`)
    if (todo !== undefined) err.write(`  ${printable(todo)}\n`)
  }
  for (const { key, question, assumed } of questions) {
    err.write(`${paint('yellow', 'question:')} ${printable(`${key}: ${question}`)}\n`)
    err.write(`  ${printable(`assumed: ${assumed}`)}\n`)
  }
  const { kept, changed, refused } = countsOf(list)
  err.write(`${kept} kept, ${changed} changed, ${refused} refused\n`)
  for (const file of files) err.write(`${paint('green', 'wrote')} ${printable(file)}\n`)
  for (const name of variables) err.write(`set ${printable(name)} for the gateway\n`)
}
