import { defined } from '../defined.ts'
import { isHttpUrl } from '../http-url.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { attribute, children } from '../xml/read.ts'
import { malformed } from './malformed.ts'
import type { Endpoint, IndexedEndpoint, SloEndpoint } from './model.ts'
import { booleanOf, indexOf } from './read-value.ts'

/** The endpoints of one name to which a browser may be sent, in order. */
export function endpointsOf(role: XmlElement, local: string): readonly Endpoint[] {
  return Object.freeze(usable(role, local).map(endpointOf))
}

/** The same with their index. */
export function indexedEndpointsOf(role: XmlElement, local: string): readonly IndexedEndpoint[] {
  const indexed = (each: XmlElement) =>
    defined({
      ...endpointOf(each),
      index: indexOf(each),
      isDefault: booleanOf(each, 'isDefault'),
    })
  return Object.freeze(usable(role, local).map(indexed))
}

/** The same with a ResponseLocation. Where that one is of no use the endpoint is of none: responses must not go to `location` instead. */
export function sloEndpointsOf(role: XmlElement, local: string): readonly SloEndpoint[] {
  const found = usable(role, local).flatMap(each => {
    const responseLocation = attribute(each, 'ResponseLocation')
    if (responseLocation !== undefined && !isHttpUrl(responseLocation)) return []
    return [defined({ ...endpointOf(each), responseLocation })]
  })
  return Object.freeze(found)
}

function usable(role: XmlElement, local: string): readonly XmlElement[] {
  return children(role, namespaces.md, local).filter(each =>
    isHttpUrl(attribute(each, 'Location') ?? ''),
  )
}

function endpointOf(element: XmlElement): Endpoint {
  const binding = attribute(element, 'Binding') ?? ''
  if (binding === '') malformed('Binding', 'a binding', 'none')
  return Object.freeze({ binding, location: attribute(element, 'Location') ?? '' })
}
