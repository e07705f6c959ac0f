import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import type { Problem } from '../errors.ts'
import { SimulatorError } from '../errors.ts'
import type { Path, ReportProblem } from '../report-problem.ts'
import { buildWorld } from './build.ts'
import type { LoadedWorld } from './loaded.ts'
import { jwksSchema, type World, type WorldDocument, worldSchema } from './schema.ts'

/** Bytes that a world file, or a metadata file that it names, may have: IAM's bound for provider metadata. */
const maxFileBytes = 10_000_000

/**
 * Loads a world from an object or a YAML file. File names in it are relative to the world file, or to the working
 * directory when the world is an object. Throws `SimulatorError` `world_unreadable`, or `world_invalid` with all
 * problems together.
 */
export async function loadWorld(
  input: World | { readonly file: string },
): Promise<{ readonly source: World; readonly world: LoadedWorld }> {
  const file = 'file' in input ? input.file : 'world'
  const source = 'file' in input ? await readYaml(input.file) : input
  const problems: Problem[] = []
  const report: ReportProblem = (path, value, message, remedy) => {
    problems.push({ file, key: path.join('.'), value: show(path, value), message, remedy })
  }
  const parsed = worldSchema.safeParse(source)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))
      report(path, valueAt(source, path), issue.message, remedyOf(issue))
    }
    throw invalid(file, problems)
  }
  const base = 'file' in input ? dirname(resolve(input.file)) : process.cwd()
  const world = buildWorld(await withFiles(parsed.data, base, report), report)
  if (problems.length > 0) throw invalid(file, problems)
  return { source: parsed.data, world }
}

function invalid(file: string, problems: readonly Problem[]): SimulatorError {
  const lines = problems.map(p => `  ${p.key || '(top)'}: ${p.message} (${p.value}). ${p.remedy}`)
  const message = `${file} has ${problems.length} problem(s):\n${lines.join('\n')}`
  return new SimulatorError('world_invalid', message, { problems })
}

async function readYaml(file: string): Promise<unknown> {
  const document = parseDocument(await readText(file), { strict: true, uniqueKeys: true })
  const [error] = document.errors
  if (error !== undefined) {
    throw new SimulatorError('world_unreadable', `${file} is not valid YAML: ${error.message}`)
  }
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw new SimulatorError('world_unreadable', `${file} has too many YAML aliases`, { cause })
  }
}

async function readText(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    if (bytes.length > maxFileBytes) throw new Error(`more than ${maxFileBytes} bytes`)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new SimulatorError('world_unreadable', `cannot read ${file}: ${why}`, { cause })
  }
}

/** Puts the text of the metadata and key files in the place of their names. */
async function withFiles(
  document: WorldDocument,
  base: string,
  report: ReportProblem,
): Promise<WorldDocument> {
  const textOf = async (item: string | { file: string }) =>
    typeof item === 'string' ? item : await readText(resolve(base, item.file))
  const accounts = await Promise.all(
    document.accounts.map(async (account, index) => ({
      ...account,
      samlProviders: await Promise.all(
        account.samlProviders.map(async provider => ({
          ...provider,
          metadata: await textOf(provider.metadata),
        })),
      ),
      oidcProviders: await Promise.all(
        account.oidcProviders.map(async (provider, number) => {
          const { jwks } = provider
          if (typeof jwks === 'string' || !('file' in jwks) || typeof jwks.file !== 'string') {
            return provider
          }
          const read = jwksSchema.safeParse(parseJson(await readText(resolve(base, jwks.file))))
          if (read.success) return { ...provider, jwks: read.data }
          const at = ['accounts', index, 'oidcProviders', number, 'jwks', 'file']
          report(at, jwks.file, 'not a JSON Web Key Set', 'Write {"keys": [{"kty": …}]} into it.')
          return provider
        }),
      ),
    })),
  )
  const serviceProviders = await Promise.all(document.idp.serviceProviders.map(textOf))
  return { ...document, accounts, idp: { ...document.idp, serviceProviders } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function valueAt(source: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    source,
  )
}

const secretKeys = new Set(['secret', 'password', 'accessKeys', 'mfaDevices', 'totp', 'passcode'])

/** A value for a message: of objects the keys only, of what may be a secret nothing. */
function show(path: Path, value: unknown): string {
  const key = path.findLast(part => typeof part === 'string')
  if (key !== undefined && secretKeys.has(key)) return '[redacted]'
  if (value === undefined) return 'missing'
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? `a list of ${value.length}` : `{${Object.keys(value).join(', ')}}`
  }
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}

function remedyOf(issue: { readonly code: string; readonly keys?: unknown }): string {
  if (issue.code === 'unrecognized_keys' && Array.isArray(issue.keys)) {
    return `Remove ${issue.keys.join(', ')}; the README lists the keys.`
  }
  return 'Write a value as the README of the simulator describes.'
}
