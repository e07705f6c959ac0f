import { defined } from '../defined.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, child, children } from '../xml/read.ts'
import { type FragmentBudget, readExtensions } from './fragment.ts'
import type { Contact, Organization } from './model.ts'
import { linkOf, localizedOf, some, textsOf } from './read-value.ts'

const contactTypes = ['technical', 'support', 'administrative', 'billing', 'other'] as const

/** The Organization of an entity or role (saml-metadata 2.3.2.1); a URL that a page may not link to is passed over. */
export function organizationOf(
  parent: XmlElement,
  budget: FragmentBudget,
): Organization | undefined {
  const element = child(parent, namespaces.md, 'Organization')
  if (element === undefined) return undefined
  return defined({
    names: localizedOf(element, 'OrganizationName'),
    displayNames: localizedOf(element, 'OrganizationDisplayName'),
    urls: Object.freeze(
      localizedOf(element, 'OrganizationURL').filter(({ value }) => linkOf(value) !== undefined),
    ),
    extensions: readExtensions(element, budget),
  })
}

/** The ContactPersons of an entity or role (saml-metadata 2.3.2.2), undefined for none; an unknown type counts as `other`. */
export function contactsOf(
  parent: XmlElement,
  budget: FragmentBudget,
): readonly Contact[] | undefined {
  const elements = children(parent, namespaces.md, 'ContactPerson')
  return some(Object.freeze(elements.map(each => contactOf(each, budget))))
}

function contactOf(element: XmlElement, budget: FragmentBudget): Contact {
  const type = attribute(element, 'contactType')
  const refeds = element.attributes.find(
    ({ local, namespace }) => local === 'contactType' && namespace === namespaces.remd,
  )
  const one = (local: string) => textsOf(element, local)[0] || undefined
  const all = (local: string) => Object.freeze(textsOf(element, local).filter(each => each !== ''))
  return defined({
    type: contactTypes.find(each => each === type) ?? 'other',
    refedsType: refeds?.value,
    company: one('Company'),
    givenName: one('GivenName'),
    surname: one('SurName'),
    emails: all('EmailAddress'),
    phones: all('TelephoneNumber'),
    extensions: readExtensions(element, budget),
  })
}
