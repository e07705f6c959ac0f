import { dirname, resolve } from 'node:path'
import { buildConfig } from './build-config.ts'
import { checkAddresses } from './check-addresses.ts'
import { checkAws } from './check-aws.ts'
import { checkAwsConnection } from './check-aws-connection.ts'
import { checkCredentialSource } from './check-credential-source.ts'
import { checkKeys } from './check-keys.ts'
import { checkSigningGateway } from './check-signing-gateway.ts'
import type { Config } from './config.ts'
import type { LoadOptions } from './load-config.ts'
import { openDocument, refuse } from './open-document.ts'
import type { ConfigResult } from './problem.ts'
import { readSigningGateway } from './read-signing-gateway.ts'
import { byPlace, createReport } from './report.ts'
import { readResources } from './resources.ts'
import { fileSchema, gatewayFileSchema } from './schema.ts'
import { reportIssues } from './schema-problems.ts'
import { readSections } from './sections.ts'
import type { SigningGatewayConfig } from './signing-gateway-config.ts'

/** What `rolecall gateway` runs on. */
export interface GatewayFile {
  readonly aws: Config['aws']
  readonly signingGateway: SigningGatewayConfig
}

/** Reads the file of `rolecall gateway`: the sections `aws` and `signingGateway` of a configuration. */
export async function loadGatewayConfig(
  file: string,
  options: LoadOptions = {},
): Promise<ConfigResult<GatewayFile>> {
  const opened = await openDocument(file, 'start with `signingGateway:` and its `callers:`')
  if (!opened.ok) return opened
  const { document } = opened
  const report = createReport(file, document)
  const parsed = gatewayFileSchema.safeParse(document.value)
  if (!parsed.success) reportIssues(report, parsed.error.issues, gatewayFileSchema, document.value)
  // Nothing else of the whole file is read, or checked, here: no secret of it, no program that gives one.
  const sections = readSections(document.value, ['aws', 'signingGateway'])
  checkAws(sections, report)
  checkCredentialSource(sections, report)
  checkAddresses(sections, report)
  checkSigningGateway(sections, report, 'own')
  const sources = { env: options.env ?? process.env, directory: dirname(resolve(file)) }
  const resources = await readResources(sections, sources, report, options.now ?? new Date())
  checkKeys(resources, report)
  checkAwsConnection(sections, resources, report)
  if (sections.signingGateway === undefined) {
    if (report.problems.length === 0) {
      const remedy =
        'add it with its `callers`; `rolecall gateway keys NAME` makes the lines of one'
      report.problem(['signingGateway'], 'this section is required and missing', remedy)
    }
    return refuse(report.problems, report.warnings)
  }
  const signingGateway = await readSigningGateway(sections.signingGateway, sources, report)
  if (!parsed.success || report.problems.length > 0) return refuse(report.problems, report.warnings)
  const whole = fileSchema.parse({ publicUrl: 'http://localhost', aws: parsed.data.aws })
  const { aws } = buildConfig(resolve(file), whole, resources, sources, report)
  const warnings = Object.freeze([...report.warnings].sort(byPlace))
  return Object.freeze({ ok: true, config: Object.freeze({ aws, signingGateway }), warnings })
}
