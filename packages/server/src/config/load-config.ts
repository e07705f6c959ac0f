import { dirname, resolve } from 'node:path'
import { buildConfig } from './build-config.ts'
import { checkAccountVia } from './check-account-via.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkAcsPaths } from './check-acs-paths.ts'
import { checkAddresses } from './check-addresses.ts'
import { checkAllowed } from './check-allowed.ts'
import { checkAudit } from './check-audit.ts'
import { checkAws } from './check-aws.ts'
import { checkAwsConnection } from './check-aws-connection.ts'
import { checkCredentialSource } from './check-credential-source.ts'
import { checkDiscovery } from './check-discovery.ts'
import { checkDurations } from './check-durations.ts'
import { checkFederationApi } from './check-federation-api.ts'
import { checkGrants } from './check-grants.ts'
import { checkHeaders } from './check-headers.ts'
import { checkKeys } from './check-keys.ts'
import { checkLdap } from './check-ldap.ts'
import { checkMachines } from './check-machines.ts'
import { checkMetadata } from './check-metadata.ts'
import { checkProxies } from './check-proxies.ts'
import { checkSignIn } from './check-sign-in.ts'
import { checkSigningGateway } from './check-signing-gateway.ts'
import { checkTargets } from './check-targets.ts'
import type { Config } from './config.ts'
import type { ConfigDocument } from './document.ts'
import { openDocument, refuse } from './open-document.ts'
import type { ConfigResult } from './problem.ts'
import { readSigningGateway } from './read-signing-gateway.ts'
import { byPlace, createReport, type Report } from './report.ts'
import { readResources } from './resources.ts'
import { fileSchema } from './schema.ts'
import { reportIssues } from './schema-problems.ts'
import { readSections } from './sections.ts'

/** Where loading looks besides the file. */
export interface LoadOptions {
  /** Where `{env: NAME}` and the environment's AWS keys are looked up; default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What dates in the file and in certificates are held against; default: the time now. */
  readonly now?: Date
}

const checks = [
  checkAddresses,
  checkProxies,
  checkAws,
  checkCredentialSource,
  checkSignIn,
  checkHeaders,
  checkLdap,
  checkDurations,
  checkAccounts,
  checkAccountVia,
  checkDiscovery,
  checkGrants,
  checkTargets,
  checkAcsPaths,
  checkMachines,
  checkFederationApi,
]

/**
 * Reads the file, its secrets and the files that it names. Answers with the configuration, or with
 * every problem at once in the order of the file. Keeps nothing, so it serves for a reload too.
 */
export async function loadConfig(file: string, options: LoadOptions = {}): Promise<ConfigResult> {
  const opened = await openDocument(
    file,
    'start with `publicUrl: https://…`; `rolecall config schema` lists every key',
  )
  if (!opened.ok) return opened
  const { document } = opened
  return check(file, document, options.env ?? process.env, options.now ?? new Date())
}

async function check(
  file: string,
  document: ConfigDocument,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): Promise<ConfigResult> {
  const report = createReport(file, document)
  const parsed = fileSchema.safeParse(document.value)
  if (!parsed.success) reportIssues(report, parsed.error.issues, fileSchema, document.value)
  const sections = readSections(document.value)
  for (const one of checks) one(sections, report)
  checkAllowed(sections, report, now)
  const sources = { env, directory: dirname(resolve(file)) }
  const resources = await readResources(sections, sources, report, now)
  checkMetadata(sections, resources.metadata, report)
  checkKeys(resources, report)
  checkAwsConnection(sections, resources, report)
  checkAudit(sections, report)
  checkSigningGateway(sections, report, 'server')
  const gateway =
    sections.signingGateway === undefined
      ? undefined
      : await readSigningGateway(sections.signingGateway, sources, report)

  const warnings = () => Object.freeze([...report.warnings].sort(byPlace))
  if (!parsed.success || report.problems.length > 0) return refuse(report.problems, warnings())
  const config = buildConfig(resolve(file), parsed.data, resources, sources, report, gateway)
  await checkCredentials(config, report)
  return Object.freeze({ ok: true, config, warnings: warnings() })
}

/** Keys may come later than the gateway, so that there are none now is only a warning. */
async function checkCredentials(config: Config, report: Report): Promise<void> {
  try {
    await config.aws.credentials.get()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const message = `the AWS credentials cannot be had now: ${why}`
    report.warning(['aws', 'credentials'], message, 'without them no role can be taken')
  }
}
