/** How a SAML provider named a person and the session: what its sign-out will name again. */
import type { NameId } from '@rolecall/saml'
import { z } from 'zod'

/** As the assertion said it, byte for byte. */
export interface SamlSubject {
  readonly nameId: NameId
  readonly sessionIndex: string | undefined
}

const stored = z.tuple([z.string(), z.string(), z.string().nullable(), z.string().nullable()])

/** The NameID as text; equal ones, with format and qualifiers, are equal texts. */
export function writeNameId({ value, format, nameQualifier, spNameQualifier }: NameId): string {
  return JSON.stringify([value, format, nameQualifier ?? null, spNameQualifier ?? null])
}

/** The NameID that `writeNameId` wrote. */
export function readNameId(text: string): NameId {
  const [value, format, nameQualifier, spNameQualifier] = stored.parse(JSON.parse(text))
  return {
    value,
    format,
    ...(nameQualifier === null ? {} : { nameQualifier }),
    ...(spNameQualifier === null ? {} : { spNameQualifier }),
  }
}
