/** The pages that are made from the code, so that they cannot say anything else than it does. */
import { awsErrors } from '@rolecall/aws'
import { setupFindings } from '@rolecall/cli/doctor-findings'
import { samlErrors } from '@rolecall/saml'
import {
  configJsonSchema,
  configReference,
  directoryErrors,
  serverErrors,
  signInRefusals,
  storeErrors,
} from '@rolecall/server'
import { simulatorErrors } from '@rolecall/simulator'

interface ErrorLine {
  readonly meaning: string
  readonly remedy: string
  readonly status?: number
}

type ErrorTable = Readonly<Record<string, ErrorLine>>

/** A page and where it belongs. */
export interface Document {
  /** From the root of the project. */
  readonly path: string
  readonly text: string
}

/** Every generated document as it must stand. */
export function documents(): readonly Document[] {
  return [
    { path: 'docs/configuration.md', text: configReference() },
    { path: 'docs/errors.md', text: errorPage() },
    {
      path: 'docs/schema/rolecall.schema.json',
      text: `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`,
    },
  ]
}

function errorPage(): string {
  return `# Errors

Every error has a code that keeps its meaning. Made from the packages' tables by \`npm run docs\`.

${errorSection('The gateway', 'What a page or an API answer says; `status` is the HTTP status.', serverErrors)}
${errorSection('The database', 'Why the store cannot be opened or used.', storeErrors)}
${errorSection('Local users', 'Why the command refuses to add or change a user.', directoryErrors)}
${errorSection(
  'Sign-in refusals',
  "The gateway's own reasons in the audit log, beside the codes of SAML below.",
  signInRefusals,
)}
${errorSection(
  'SAML',
  'Why a message or a metadata document was refused. A sign-in page never shows these; the audit log does.',
  samlErrors,
)}
${errorSection('AWS', 'The codes of AWS that the gateway knows, and its own. A code of AWS that is not listed is kept as AWS gave it.', awsErrors)}
${errorSection('`rolecall doctor`', 'What is wrong with the set-up of the command on this machine.', setupFindings)}
${errorSection('The simulator', 'Problems of a world file or of its use.', simulatorErrors)}`
}

function errorSection(title: string, about: string, table: ErrorTable): string {
  const withStatus = Object.values(table).some(line => line.status !== undefined)
  const head = withStatus
    ? ['| code | status | what it means | what to do |', '| --- | --- | --- | --- |']
    : ['| code | what it means | what to do |', '| --- | --- | --- |']
  const rows = Object.entries(table).map(([code, line]) => {
    const status = withStatus ? ` ${line.status ?? ''} |` : ''
    return `| \`${code}\` |${status} ${cell(line.meaning)} | ${cell(line.remedy)} |`
  })
  return `## ${title}\n\n${about}\n\n${[...head, ...rows].join('\n')}\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
