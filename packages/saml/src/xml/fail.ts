import { SamlError, type SamlErrorCode } from '../errors.ts'

/** Refuses text that is no XML of ours; `at` is the offset where the rule `check` is broken. */
export function malformed(check: string, at: number, code: SamlErrorCode = 'xml.malformed'): never {
  throw new SamlError(code, { check, received: `another text at offset ${at}` })
}
