import { readText } from '../import/afp/old-files.ts'
import { importAwscons } from '../import/awscons/import-awscons.ts'
import { readModule } from '../import/awscons/read-module.ts'
import { type Import, type ImportOptions, runImport } from '../import/finish-import.ts'
import type { Terminal } from '../terminal.ts'

const differences = [
  'A person with exactly one group has that group; AWScons took its name for a list of letters.',
  'Answers of the identity provider are checked for recipient, audience, time and replay, and whom they answer; AWScons checked the signature, audience and time.',
  'The link of an expired console leads to the gateway, not to an address.',
  'Environment variables of AWScons (SESSION_COOKIE, SESSION_LIFE, SECURE_COOKIE, SECURE_PATH, ACS_ENDPOINT, DEBUG) are not read.',
]

/** `rolecall import awscons CONFIG.py [--out FILE] …` */
export function importFromAwscons(
  { file, ...options }: ImportOptions & { readonly file: string },
  terminal: Terminal,
): Promise<number> {
  const job: Import = {
    title: `Imported from AWSconsoleSSO: ${file}`,
    differences,
    async work(draft, findings) {
      const names = readModule(await readText(file), file, findings)
      importAwscons(names, file, options.publicUrl, draft, findings)
      return draft
    },
  }
  return runImport(job, options, terminal)
}
