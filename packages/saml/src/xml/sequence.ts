import { SamlError, type SamlErrorCode } from '../errors.ts'
import { namespaces } from '../names.ts'
import type { XmlElement } from './nodes.ts'
import { elementsOf, isNamed } from './read.ts'

/** One kind of child in the content model of an element. */
export interface Slot {
  readonly name: string
  readonly namespace: string
  readonly local: string
  readonly min: number
  readonly max: number
}

/** A slot written as in a schema sketch: `saml:Subject`, with `?` for at most one, `*` for any number. */
export function slot(notation: `${keyof typeof namespaces}:${string}`): Slot {
  const name = notation.replace(/[?*]$/, '')
  const [prefix = '', local = ''] = name.split(':')
  const isOptional = notation !== name
  return Object.freeze({
    name,
    namespace: namespaces[prefix as keyof typeof namespaces],
    local,
    min: isOptional ? 0 : 1,
    max: notation.endsWith('*') ? Number.POSITIVE_INFINITY : 1,
  })
}

/**
 * The children of an element by slot, in schema order. A child that is missing, repeated, out of
 * order or of no slot refuses with `code`.
 */
export function sequence<const Slots extends readonly Slot[]>(
  element: XmlElement,
  slots: Slots,
  code: SamlErrorCode = 'xml.structure',
): { [Index in keyof Slots]: XmlElement[] } {
  const elements = elementsOf(element)
  let at = 0
  const found = slots.map(({ name, namespace, local, min, max }) => {
    const group: XmlElement[] = []
    for (let next = elements[at]; next !== undefined; next = elements[at]) {
      if (group.length === max || !isNamed(next, namespace, local)) break
      group.push(next)
      at += 1
    }
    if (group.length < min) {
      throw new SamlError(code, {
        check: `children of ${element.local}`,
        expected: name,
        received: elements[at]?.local ?? 'none',
      })
    }
    return group
  })
  const rest = elements[at]
  if (rest !== undefined) {
    throw new SamlError(code, {
      check: `children of ${element.local}`,
      expected: `${slots.map(({ name }) => name).join(', ')} in this order`,
      received: rest.local,
    })
  }
  return found as { [Index in keyof Slots]: XmlElement[] }
}
