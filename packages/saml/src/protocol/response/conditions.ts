import { SamlError } from '../../errors.ts'
import { namespaces } from '../../names.ts'
import type { XmlElement } from '../../xml/nodes.ts'
import { attribute, elementsOf, textOf } from '../../xml/read.ts'
import { sequence, slot } from '../../xml/sequence.ts'
import { readTime } from '../read-time.ts'

/** When and for whom an assertion is valid (saml-core 2.5.1). */
export interface Conditions {
  readonly notBefore: Date | undefined
  readonly notOnOrAfter: Date | undefined
  /** Every restriction must hold; one of its audiences suffices. */
  readonly audiences: readonly (readonly string[])[]
}

const audienceContent = [slot('saml:Audience*')] as const

/**
 * Reads the Conditions, which must be there for the audience. OneTimeUse asks for what is always
 * done; ProxyRestriction binds who issues further assertions. Any other condition is not understood
 * and refuses.
 */
export function readConditions(conditions: XmlElement | undefined): Conditions {
  if (conditions === undefined) {
    throw new SamlError('assertion.audience', {
      check: 'Conditions',
      expected: 'one with an AudienceRestriction',
      received: 'none',
    })
  }
  const audiences: string[][] = []
  const once = new Set<string>()
  for (const each of elementsOf(conditions)) {
    const isSaml = each.namespace === namespaces.saml
    if (isSaml && each.local === 'AudienceRestriction') {
      const [found] = sequence(each, audienceContent)
      audiences.push(found.map(textOf))
    } else if (!isSaml || !['OneTimeUse', 'ProxyRestriction'].includes(each.local)) {
      refuse(each.local)
    } else if (once.has(each.local)) {
      refuse(`a second ${each.local}`)
    } else {
      once.add(each.local)
    }
  }
  return {
    notBefore: timeOf(conditions, 'NotBefore'),
    notOnOrAfter: timeOf(conditions, 'NotOnOrAfter'),
    audiences,
  }
}

function timeOf(conditions: XmlElement, name: string): Date | undefined {
  const value = attribute(conditions, name)
  return value === undefined ? undefined : readTime(value, `${name} of Conditions`)
}

function refuse(received: string): never {
  throw new SamlError('assertion.condition', {
    check: 'Conditions',
    expected: 'AudienceRestriction, OneTimeUse, ProxyRestriction',
    received,
  })
}
