/** A SAML answer that was refused, with everything that is wrong with it. */
import {
  type ExplainedCheck,
  type ExplainResponseOptions,
  explainResponse,
  type ResponseExplanation,
  SamlError,
} from '@rolecall/saml'

const maxPart = 200
const maxTrace = 1000

/** What the SAML core refused. The explanation is for administrators; it names no person. */
export class RefusedResponse extends Error {
  readonly error: SamlError
  readonly explanation: ResponseExplanation

  constructor(error: SamlError, explanation: ResponseExplanation) {
    super(error.message, { cause: error })
    this.name = 'RefusedResponse'
    this.error = error
    this.explanation = explanation
  }
}

/**
 * The error with its explanation. One that says that there is nothing to look into, because the text
 * is no XML of a bounded size, stays as it is, and so does any that is none of the SAML core.
 */
export async function explained(
  error: unknown,
  response: string,
  expectations: ExplainResponseOptions,
): Promise<unknown> {
  if (!(error instanceof SamlError) || /^(base64|post|xml)\./.test(error.code)) return error
  return new RefusedResponse(error, await explainResponse(response, expectations))
}

/** The explanation in a few bounded lines: what failed besides the first, what was not looked at. */
export function traceOf({ explanation, error }: RefusedResponse): Readonly<Record<string, string>> {
  const by = (outcome: ExplainedCheck['outcome']) =>
    explanation.checks.filter(check => check.outcome === outcome)
  const failed = by('failed')
  const first = failed.find(({ code }) => code === error.code)
  const others = failed.filter(check => check !== first)
  const skipped = by('skipped')
  return {
    passed: `${by('passed').length} of ${explanation.checks.length} checks`,
    ...(others.length === 0 ? {} : { alsoFailed: joined(others.map(failureOf)) }),
    ...(skipped.length === 0 ? {} : { notLookedAt: joined(skipped.map(({ name }) => name)) }),
  }
}

function failureOf({ name, code, expected, received }: ExplainedCheck): string {
  const facts = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(received === undefined ? [] : [`received ${received}`]),
  ]
  return cut([`${name} (${code})`, ...facts].join(', '), maxPart)
}

function joined(parts: readonly string[]): string {
  return cut(parts.join('; '), maxTrace)
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}
