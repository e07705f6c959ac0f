import { namespaces } from '../names.ts'
import { flagOption, invalidOption } from '../protocol/check-option.ts'
import { isNamed } from '../xml/read.ts'
import { el, type XmlOutput } from '../xml/write.ts'
import { fragment } from './fragment.ts'
import type {
  AttributeService,
  MetadataAttribute,
  MetadataAttributeValue,
  RequestedAttribute,
} from './model.ts'
import { distinctIndexes, indexText, localized } from './write-value.ts'

/** The attributes that an IdP offers. */
export function attributeElements(attributes: readonly MetadataAttribute[] = []): XmlOutput[] {
  return attributes.map(each => attributeElement('saml:Attribute', each))
}

/** The AttributeConsumingServices of an SP, each with a name and an attribute (saml-metadata 2.4.4.1). */
export function attributeServiceElements(services: readonly AttributeService[] = []): XmlOutput[] {
  return distinctIndexes('sp.attributeServices', services).map(service => {
    const { index, isDefault, names, descriptions, attributes } = service
    if (names.length === 0 || attributes.length === 0) {
      invalidOption('sp.attributeServices', 'a name and an attribute', 'less')
    }
    return el(
      'md:AttributeConsumingService',
      { index: indexText(index), isDefault: flagOption(isDefault) },
      localized('md:ServiceName', names),
      localized('md:ServiceDescription', descriptions),
      attributes.map(each => attributeElement('md:RequestedAttribute', each)),
    )
  })
}

function attributeElement(
  element: string,
  { name, nameFormat, friendlyName, isRequired, values = [] }: RequestedAttribute,
): XmlOutput {
  if (name === '') invalidOption('name of an attribute', 'a name', name)
  return el(
    element,
    {
      Name: name,
      NameFormat: nameFormat,
      FriendlyName: friendlyName,
      isRequired: flagOption(isRequired),
    },
    values.map(valueElement),
  )
}

function valueElement(value: MetadataAttributeValue): XmlOutput {
  if (typeof value === 'string') return el('saml:AttributeValue', {}, value)
  return fragment(value.xml, 'value of an attribute', root =>
    isNamed(root, namespaces.saml, 'AttributeValue'),
  )
}
