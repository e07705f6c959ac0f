import { validationError } from './fault.ts'

/** Collects violations so that one ValidationError names them all, as AWS's does. */
export interface Constraints {
  /** Checks a string; gives it back, or '' when it is missing. */
  text(
    member: string,
    value: string | undefined,
    bounds: {
      readonly min?: number
      readonly max?: number
      readonly pattern?: RegExp
      readonly required?: boolean
    },
  ): string
  /** As `text` for what must be there and is a secret: the message quotes nothing of it. */
  secret(
    member: string,
    value: string | undefined,
    bounds: { readonly min: number; readonly max: number },
  ): string
  oneOf(member: string, value: string, values: readonly string[]): void
  number(member: string, value: number | undefined, min: number, max: number): void
  count(member: string, length: number, max: number): void
  /** Throws the ValidationError when anything was wrong. */
  check(): void
}

/** The length as AWS counts it: a pair of surrogates is one. Texts may be megabytes, so none is taken apart. */
const codePoints = (text: string): number =>
  text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0)

/** Characters of a value that the error message quotes. */
const maxQuoted = 256

/** Starts the check of one request. Messages follow `Value '…' at '…' failed to satisfy constraint: Member must …`. */
export function constraints(): Constraints {
  const failures: string[] = []
  const fail = (member: string, value: string | undefined, must: string) => {
    const shown = value === undefined ? 'null' : `'${value.slice(0, maxQuoted)}'`
    failures.push(`Value ${shown} at '${member}' failed to satisfy constraint: Member must ${must}`)
  }
  return {
    text(member, value, { min, max, pattern, required }) {
      if (value === undefined) {
        if (required) fail(member, undefined, 'not be null')
        return ''
      }
      const length = codePoints(value)
      if (min !== undefined && length < min) {
        fail(member, value, `have length greater than or equal to ${min}`)
      }
      if (max !== undefined && length > max) {
        fail(member, value, `have length less than or equal to ${max}`)
      }
      if (
        pattern !== undefined &&
        !new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(value)
      ) {
        fail(member, value, `satisfy regular expression pattern: ${pattern.source}`)
      }
      return value
    },
    secret(member, value, { min, max }) {
      const shown = value === undefined ? undefined : '***'
      if (value === undefined) fail(member, shown, 'not be null')
      else if (value.length < min)
        fail(member, shown, `have length greater than or equal to ${min}`)
      else if (value.length > max) fail(member, shown, `have length less than or equal to ${max}`)
      return value ?? ''
    },
    oneOf(member, value, values) {
      if (values.includes(value)) return
      fail(member, value, `satisfy enum value set: [${values.join(', ')}]`)
    },
    number(member, value, min, max) {
      if (value === undefined) return
      if (value < min) fail(member, String(value), `have value greater than or equal to ${min}`)
      if (value > max) fail(member, String(value), `have value less than or equal to ${max}`)
    },
    count(member, length, max) {
      if (length > max) {
        fail(member, `[${length} members]`, `have length less than or equal to ${max}`)
      }
    },
    check() {
      if (failures.length === 0) return
      const plural = failures.length === 1 ? 'error' : 'errors'
      throw validationError(
        `${failures.length} validation ${plural} detected: ${failures.join('; ')}`,
      )
    },
  }
}
