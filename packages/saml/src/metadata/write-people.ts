import { invalidOption } from '../protocol/check-option.ts'
import { el, type XmlOutput } from '../xml/write.ts'
import { extensionsElement } from './fragment.ts'
import type { Contact, Organization } from './model.ts'
import { localized, texts, url } from './write-value.ts'

/** An Organization (saml-metadata 2.3.2.1), which has each kind of text at least once. */
export function organizationElement(given: Organization | undefined): XmlOutput | undefined {
  if (given === undefined) return undefined
  const { names, displayNames, urls, extensions } = given
  if (names.length === 0 || displayNames.length === 0 || urls.length === 0) {
    invalidOption('organization', 'a name, a display name and a URL', 'less')
  }
  for (const { value } of urls) url('organization.urls', value)
  return el(
    'md:Organization',
    {},
    extensionsElement(extensions),
    localized('md:OrganizationName', names),
    localized('md:OrganizationDisplayName', displayNames),
    localized('md:OrganizationURL', urls),
  )
}

/** ContactPersons (saml-metadata 2.3.2.2). */
export function contactElements(contacts: readonly Contact[] = []): XmlOutput[] {
  return contacts.map(({ type, refedsType, company, givenName, surname, ...more }) =>
    el(
      'md:ContactPerson',
      { contactType: type, 'remd:contactType': refedsType },
      extensionsElement(more.extensions),
      leaf('md:Company', company),
      leaf('md:GivenName', givenName),
      leaf('md:SurName', surname),
      texts('md:EmailAddress', more.emails),
      texts('md:TelephoneNumber', more.phones),
    ),
  )
}

function leaf(name: string, value: string | undefined): XmlOutput | undefined {
  return value === undefined ? undefined : el(name, {}, value)
}
