import { dirname, join } from 'node:path'
import { connectionNames, readConnectionFile, saml2awsFile } from '../connections/read-files.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { createFindings } from '../import/findings.ts'
import { printSummary } from '../import/finish-import.ts'
import { countsOf, inOrder, markdownReport } from '../import/report.ts'
import { importProcesses } from '../import/saml2aws/import-processes.ts'
import { importSection } from '../import/saml2aws/import-section.ts'
import { isTaken, writeSections } from '../import/saml2aws/write-sections.ts'
import { writeFiles } from '../import/write-files.ts'
import { connectionFile } from '../places.ts'
import type { Terminal } from '../terminal.ts'

/** What is imported, and what is written. */
export interface ImportSaml2aws {
  /** Default: what SAML2AWS_CONFIGFILE names, else `~/.saml2aws`. */
  readonly file?: string | undefined
  /** Replaces lines of `~/.aws/config` that run saml2aws. */
  readonly write?: boolean
  readonly dryRun?: boolean
  /** Sections of our file with the same name give way. */
  readonly force?: boolean
  readonly report?: string
  readonly json?: boolean
}

const differences = [
  'Passwords stay in the keyring of saml2aws, by the address of the provider; here they are asked for once and kept by connection and person.',
  '`login` keeps the keys encrypted; with `--write` they go to the credentials file too, in the same keys.',
  '`exec`, `env` (`script`) and `console` sign in when the keys have expired; `exec` passes the exit code of the command on.',
  'A misspelt connection is an error with the nearest name.',
  'The SAML response is kept encrypted; the files below `~/.aws/saml2aws` are no longer written and can be removed.',
]

/** `rolecall import saml2aws [FILE] [--write] [--dry-run] [--force] [--report FILE] [--json]` */
export async function importFromSaml2aws(
  options: ImportSaml2aws,
  terminal: Terminal,
): Promise<number> {
  const { env } = terminal
  const { dryRun = false, force = false } = options
  const path = saml2awsFile({ config: options.file }, env)
  const target = connectionFile(env)
  if (path === target) {
    throw new Failure('usage', `${path} is our own file`, 'name the file of saml2aws')
  }
  const old = readConnectionFile(path, 'saml2aws')
  if (!old.exists) {
    throw new Failure(
      'refused',
      `${path} is not there`,
      'name the file: rolecall import saml2aws FILE',
    )
  }
  const findings = createFindings()
  for (const { section, key, line, before } of old.ini.repeated) {
    const name = key === undefined ? `[${section}]` : `[${section}] ${key}`
    const why = key === undefined ? 'both are taken as one section' : 'the later line counts'
    findings.changed(
      { file: path, line: before },
      name,
      undefined,
      `it stands again at line ${line}: ${why}`,
    )
  }
  const ours = readConnectionFile(target, 'ours')
  const sections = new Map<string, ReadonlyMap<string, string>>()
  for (const name of connectionNames(old)) {
    if (isTaken(ours, name, force)) {
      const line = old.ini.sections.get(name)?.line ?? 1
      findings.changed(
        { file: path, line },
        `[${name}]`,
        undefined,
        `${target} has a section of that name, which stays`,
        'rolecall import saml2aws --force replaces it',
      )
      continue
    }
    const values = importSection(old.ini, name, path, findings)
    if (values !== undefined) sections.set(name, values)
  }
  const processFile = await importProcesses(env, options.write === true && !dryRun, findings)
  const report = options.report ?? join(dirname(target), 'saml2aws.import.md')
  const title = `Imported from saml2aws: ${path}`
  const text = markdownReport(findings, { title, differences })
  const files = dryRun ? [] : [...(sections.size > 0 ? [target] : []), report]
  if (!dryRun) {
    if (sections.size > 0) await writeSections(target, sections)
    await writeFiles([{ path: report, text, isSecret: true }], true)
    if (processFile !== undefined) files.push(processFile)
  }
  const { refused } = countsOf(findings.list)
  if (options.json === true) {
    const connections = [...sections.keys()]
    const facts = { ok: refused === 0, connections, files, findings: inOrder(findings.list) }
    terminal.out.write(`${JSON.stringify(facts, undefined, 2)}\n`)
  } else {
    if (dryRun) terminal.out.write(text)
    printSummary({ files, variables: [] }, findings, terminal)
  }
  return refused === 0 ? exitCodes.ok.code : exitCodes.refused.code
}
