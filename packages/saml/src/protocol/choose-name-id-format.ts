import { SamlError } from '../errors.ts'
import { nameIdFormats } from '../names.ts'
import { invalidOption } from './check-option.ts'
import type { RequestFacts } from './request-facts.ts'

/** What kind of name identifier to issue. */
export interface ChosenNameIdFormat {
  readonly format: string
  /** Whether a person without a persistent identifier may get one; if not: InvalidNameIDPolicy. */
  readonly mayCreate: boolean
}

/**
 * The format of the name identifier to issue (saml-core 3.4.1.1): what the request asks for, else the
 * first in the metadata of the SP that the identity provider has, else the first of `supported`.
 * Identifiers are made for the SP itself: another SPNameQualifier, such as that of an affiliation,
 * refuses. Throws `SamlError` `request.name-id-policy`; send InvalidNameIDPolicy then.
 */
export function chooseNameIdFormat(
  request: Pick<RequestFacts, 'issuer' | 'nameIdPolicy'>,
  entity: { readonly sp?: { readonly nameIdFormats: readonly string[] } },
  supported: readonly string[],
): ChosenNameIdFormat {
  const [first] = supported
  if (first === undefined) return invalidOption('supported', 'at least one format', 'none')
  const { format: asked, spNameQualifier, allowCreate } = request.nameIdPolicy ?? openPolicy
  if (spNameQualifier !== undefined && spNameQualifier !== request.issuer) {
    refuse('SPNameQualifier', request.issuer, spNameQualifier)
  }
  const listed = entity.sp?.nameIdFormats.filter(each => each !== nameIdFormats.unspecified) ?? []
  const format = asked ?? (listed.length === 0 ? first : listed.find(isSupported))
  if (format === undefined || !isSupported(format)) {
    return refuse('NameID format', supported.join(', '), asked ?? listed.join(', '))
  }
  // saml-core 3.4.1.1: AllowCreate speaks of identifiers that last.
  return Object.freeze({ format, mayCreate: allowCreate || format !== nameIdFormats.persistent })

  function isSupported(each: string): boolean {
    return supported.includes(each)
  }
}

/** Without a NameIDPolicy nothing is forbidden. */
const openPolicy = { format: undefined, spNameQualifier: undefined, allowCreate: true }

function refuse(check: string, expected: string, received: string): never {
  throw new SamlError('request.name-id-policy', { check, expected, received })
}
