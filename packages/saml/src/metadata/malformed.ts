import { SamlError } from '../errors.ts'

/** Refuses a metadata document that is not what the schema says. */
export function malformed(check: string, expected: string, received: string): never {
  throw new SamlError('metadata.malformed', { check, expected, received })
}
