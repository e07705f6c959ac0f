import type { Path, ReportProblem } from '../report-problem.ts'
import {
  type PeopleOfWorld,
  type TenantPerson,
  tenantPeople,
  tenantPersonOf,
} from '../tenants/person.ts'
import type { KeycloakDocument } from './schema.ts'

export interface KeycloakPerson extends TenantPerson {
  readonly disabled: boolean
  readonly recoveryCodes: readonly string[]
  readonly requiredAction: string | undefined
}

/** A checked Keycloak of a world. */
export interface LoadedKeycloak extends Omit<KeycloakDocument, 'people'> {
  readonly people: ReadonlyMap<string, KeycloakPerson>
}

export function loadKeycloak(
  document: KeycloakDocument,
  world: PeopleOfWorld,
  report: ReportProblem,
): LoadedKeycloak {
  const at: Path = ['keycloak']
  const people = tenantPeople(document.people, at, report, (entry, where) => {
    const { disabled, recoveryCodes, requiredAction, ...rest } = entry
    const known = tenantPersonOf(rest, world, where, report)
    return known && Object.freeze({ ...known, disabled, recoveryCodes, requiredAction })
  })
  return Object.freeze({ ...document, people })
}
