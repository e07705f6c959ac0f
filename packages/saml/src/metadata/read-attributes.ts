import { defined } from '../defined.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, children, textOf } from '../xml/read.ts'
import { type FragmentBudget, readFragment } from './fragment.ts'
import { malformed } from './malformed.ts'
import type {
  AttributeService,
  MetadataAttribute,
  MetadataAttributeValue,
  RequestedAttribute,
} from './model.ts'
import { uriOf } from './prefix-scope.ts'
import { booleanOf, indexOf, localizedOf, some } from './read-value.ts'

/** A saml:Attribute, or what is derived from it (saml-core 2.7.3.1). */
export function attributeOf(element: XmlElement, budget: FragmentBudget): MetadataAttribute {
  const name = attribute(element, 'Name') ?? ''
  if (name === '') malformed('Name of an attribute', 'a name', 'none')
  const values = children(element, namespaces.saml, 'AttributeValue')
  return defined({
    name,
    nameFormat: attribute(element, 'NameFormat'),
    friendlyName: attribute(element, 'FriendlyName'),
    values: some(Object.freeze(values.map(each => attributeValueOf(each, budget)))),
  })
}

/** The AttributeConsumingServices of an SP, in order. */
export function attributeServicesOf(
  role: XmlElement,
  budget: FragmentBudget,
): readonly AttributeService[] {
  return Object.freeze(
    children(role, namespaces.md, 'AttributeConsumingService').map(service =>
      defined({
        index: indexOf(service),
        isDefault: booleanOf(service, 'isDefault'),
        names: localizedOf(service, 'ServiceName'),
        descriptions: some(localizedOf(service, 'ServiceDescription')),
        attributes: Object.freeze(
          children(service, namespaces.md, 'RequestedAttribute').map(each =>
            requestedOf(each, budget),
          ),
        ),
      }),
    ),
  )
}

function requestedOf(element: XmlElement, budget: FragmentBudget): RequestedAttribute {
  return defined({
    ...attributeOf(element, budget),
    isRequired: booleanOf(element, 'isRequired'),
  })
}

/** Text as it stands when the value is a plain string, which is what its absent or `xs:string` type says. */
function attributeValueOf(element: XmlElement, budget: FragmentBudget): MetadataAttributeValue {
  const isPlain =
    element.attributes.every(each => isStringType(element, each)) &&
    element.children.every(child => child.kind !== 'element')
  return isPlain ? textOf(element) : Object.freeze({ xml: readFragment(element, budget) })
}

function isStringType(
  element: XmlElement,
  { local, namespace, value }: XmlElement['attributes'][number],
): boolean {
  if (local !== 'type' || namespace !== namespaces.xsi) return false
  const [prefix = '', name, ...more] = value.split(':')
  return name === 'string' && more.length === 0 && uriOf(element, prefix) === namespaces.xs
}
