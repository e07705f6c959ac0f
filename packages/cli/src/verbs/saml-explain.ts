import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import {
  type AnswerExplanation,
  type Config,
  explainSamlResponse,
  ServerError,
} from '@rolecall/server'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { painter, printable, type Style, type Terminal } from '../terminal.ts'
import { load } from './load.ts'

/** Which response, and what it is held against. */
export interface ExplainSaml {
  /** `-` for standard input. */
  readonly file: string
  readonly config: string
  readonly provider: string
  readonly at?: Date
  readonly request?: string
  readonly json?: boolean
}

/** More than any response may have. */
const maxBytes = 1024 * 1024

/** `rolecall saml explain FILE|- --provider ID -c FILE [--at TIME] [--request ID] [--json]` */
export async function explainSaml(options: ExplainSaml, terminal: Terminal): Promise<number> {
  const config = await load(options.config, terminal)
  const at = options.at ?? new Date()
  const given = readInput(await readAll(options.file, terminal))
  const requestId = options.request ?? given.requestId
  const explanation = await explain(config, { ...options, at, requestId }, given.response)
  const { accepted, checks } = explanation
  const { provider } = options
  if (options.json === true) {
    const facts = { accepted, provider, at, requestId: explanation.requestId, checks }
    terminal.out.write(`${JSON.stringify(facts, undefined, 2)}\n`)
  } else {
    const isNamed = requestId === undefined && explanation.requestId !== null
    printTable(explanation, { provider, at, isNamed }, terminal)
  }
  return accepted ? exitCodes.ok.code : exitCodes.refused.code
}

async function explain(
  config: Config,
  { provider, at, requestId }: { provider: string; at: Date; requestId: string | undefined },
  response: string,
): Promise<AnswerExplanation> {
  try {
    return await explainSamlResponse(config, { provider, at, requestId, response })
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    if (error.code !== 'unknown-provider') {
      throw new Failure(
        'refused',
        error.detail ?? error.message,
        'check the metadata of the provider',
      )
    }
    const ids = config.signIn.saml.map(({ id }) => id).join(', ')
    const hint = ids === '' ? 'the configuration has no SAML provider' : `there is: ${ids}`
    throw new Failure('refused', `there is no provider ${provider}`, hint)
  }
}

/** The field as it was posted, out of a posted form or an XML document as well. */
function readInput(text: string): { readonly response: string; readonly requestId?: string } {
  const trimmed = text.trim()
  if (trimmed.startsWith('<')) return { response: Buffer.from(trimmed).toString('base64') }
  if (!/(^|&)SAMLResponse=/.test(trimmed)) return { response: trimmed }
  const form = new URLSearchParams(trimmed)
  const response = form.get('SAMLResponse') ?? ''
  const relayState = form.get('RelayState') ?? ''
  // The gateway's own requests have their ID as RelayState.
  return /^_[0-9a-f]{32,79}$/.test(relayState) ? { response, requestId: relayState } : { response }
}

async function readAll(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return collect(terminal.in)
  try {
    const handle = await open(file)
    return await collect(handle.createReadStream())
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error
    const reason = 'code' in error ? String(error.code) : error.message
    throw new Failure(
      'refused',
      `${file} cannot be read: ${reason}`,
      'name a file, or - for standard input',
    )
  }
}

async function collect(input: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > maxBytes) {
      throw new Failure(
        'refused',
        'the input is larger than 1 MiB',
        'no SAML response is that long',
      )
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const outcomes = {
  passed: ['green', 'ok'],
  failed: ['red', 'FAIL'],
  skipped: ['dim', '-'],
} as const satisfies Record<string, readonly [Style, string]>

function printTable(
  { accepted, checks, requestId }: AnswerExplanation,
  facts: { readonly provider: string; readonly at: Date; readonly isNamed: boolean },
  { out, err, env }: Terminal,
): void {
  const paint = painter(out, env)
  for (const { name, outcome, code, expected, received, remedy } of checks) {
    const [style, word] = outcomes[outcome]
    const label = paint(style, word.padEnd(6))
    out.write(`${label}${printable(code === undefined ? name : `${name.padEnd(34)} ${code}`)}\n`)
    for (const [what, text] of Object.entries({ expected, received, remedy })) {
      if (text !== undefined) out.write(`      ${paint('dim', what.padEnd(9))}${printable(text)}\n`)
    }
  }
  const verdict = accepted ? paint('green', 'accepted') : paint('red', 'refused')
  const asked = requestId === null ? 'unasked' : `in answer to ${requestId}`
  out.write(
    `\n${verdict}${printable(` from ${facts.provider} at ${facts.at.toISOString()}, ${asked}`)}\n`,
  )
  if (!facts.isNamed) return
  const paintErr = painter(err, env)
  err.write(
    `${paintErr('dim', 'hint:')} the request is the one that the response names; --request says which one was sent\n`,
  )
}
