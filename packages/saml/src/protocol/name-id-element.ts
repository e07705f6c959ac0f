import { SamlError, type SamlErrorCode } from '../errors.ts'
import { nameIdFormats } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, textOf } from '../xml/read.ts'
import { el, type XmlTree } from '../xml/write.ts'
import { invalidOption, objectOption, textOption } from './check-option.ts'
import type { NameId } from './name-id.ts'
import { isNameIdValue, nameIdForm } from './name-id.ts'

/** A name identifier to be written or compared: without `format` it is `unspecified` (saml-core 8.3.1). */
export type GivenNameId = Omit<NameId, 'format'> & Partial<Pick<NameId, 'format'>>

/** The facts of a NameID element, its value byte for byte; `code` refuses one that names nobody. */
export function readNameId(element: XmlElement, code: SamlErrorCode): NameId {
  const value = textOf(element)
  if (!isNameIdValue(value)) {
    throw new SamlError(code, {
      check: 'NameID',
      expected: nameIdForm,
      received: `${value.length} characters`,
    })
  }
  const nameQualifier = attribute(element, 'NameQualifier')
  const spNameQualifier = attribute(element, 'SPNameQualifier')
  return Object.freeze({
    value,
    format: attribute(element, 'Format') ?? nameIdFormats.unspecified,
    ...(nameQualifier === undefined ? undefined : { nameQualifier }),
    ...(spNameQualifier === undefined ? undefined : { spNameQualifier }),
  })
}

/** A NameID element (saml-core 2.2.3); `check` names the option in errors. */
export function nameIdElement(nameId: GivenNameId, check: string): XmlTree {
  const { value, format, nameQualifier, spNameQualifier } = objectOption(check, nameId)
  const text = textOption(`${check}.value`, value)
  if (!isNameIdValue(text)) invalidOption(`${check}.value`, nameIdForm, `${text.length} characters`)
  return el(
    'saml:NameID',
    {
      Format: textOption(`${check}.format`, format ?? nameIdFormats.unspecified),
      NameQualifier: nameQualifier,
      SPNameQualifier: spNameQualifier,
    },
    text,
  )
}

/** Whether two name identifiers are the same: value, format and both qualifiers, byte for byte. */
export function isSameNameId(a: GivenNameId, b: GivenNameId): boolean {
  return (
    a.value === b.value &&
    (a.format ?? nameIdFormats.unspecified) === (b.format ?? nameIdFormats.unspecified) &&
    a.nameQualifier === b.nameQualifier &&
    a.spNameQualifier === b.spNameQualifier
  )
}
