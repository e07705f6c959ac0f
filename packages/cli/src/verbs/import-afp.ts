import { readApache } from '../import/afp/apache.ts'
import { findMounts } from '../import/afp/find-mounts.ts'
import { importAfp } from '../import/afp/import-afp.ts'
import { importMetadataProxy } from '../import/afp/metadata-proxy.ts'
import { readText } from '../import/afp/old-files.ts'
import { type Import, type ImportOptions, runImport } from '../import/finish-import.ts'
import type { Terminal } from '../terminal.ts'

/** What is imported, and what the files do not say. */
export interface ImportAfp extends ImportOptions {
  readonly paths: readonly string[]
  /** What ACCOUNT_CONFIG_PATH names. */
  readonly accounts?: string
  /** The configuration of the web server. */
  readonly apache?: string
}

const differences = [
  'A role is taken for one hour, in the console too: AFP asked for twelve hours there. A longer `duration` of the grant makes both longer.',
  'A session name has only the characters that AWS takes; AFP passed the login on as it was, and failed.',
  'Machines get keys over https alone, as far as the gateway can tell; `plainHttp: true` of their mount takes http as well.',
  'Names of groups match as a whole and on one line.',
  'Answers with credentials may not be stored (`Cache-Control: no-store`), requests are limited in number, and each answer is in the audit log first.',
]

/** `rolecall import afp PATH… [--accounts PATH] [--apache FILE] [--out FILE] …` */
export function importFromAfp(options: ImportAfp, terminal: Terminal): Promise<number> {
  const title = `Imported from AWS Federation Proxy: ${options.paths.join(', ')}`
  const job: Import = {
    title,
    differences,
    async work(draft, findings) {
      const installation = await findMounts(options.paths, options.accounts, (place, key, why) =>
        findings.changed(place, key, undefined, why),
      )
      const { mounts, metadataProxy } = installation
      const agent =
        metadataProxy === undefined ? undefined : importMetadataProxy(metadataProxy, findings)
      if (mounts.length === 0 && installation.accounts === undefined) return agent
      if (agent !== undefined) draft.file('agent.yaml', agent)
      const apache = options.apache === undefined ? '' : await readText(options.apache)
      const prefixes = readApache(apache, mounts)
      importAfp(installation, { publicUrl: options.publicUrl, prefixes }, draft, findings)
      return draft
    },
  }
  return runImport(job, options, terminal)
}
