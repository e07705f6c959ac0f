import type { ReportProblem } from '../report-problem.ts'
import {
  type PeopleOfWorld,
  type TenantPerson,
  tenantPeople,
  tenantPersonOf,
} from '../tenants/person.ts'
import type { AuthentikDocument } from './schema.ts'

type Document = AuthentikDocument['people'][number]

export interface AuthentikPerson extends TenantPerson {
  readonly authentik: Omit<
    Document,
    'username' | 'roles' | 'sessionDuration' | 'totp' | 'securityKeys'
  >
}

/** A checked authentik of a world. */
export interface LoadedAuthentik extends Omit<AuthentikDocument, 'people'> {
  readonly people: ReadonlyMap<string, AuthentikPerson>
}

export function loadAuthentik(
  document: AuthentikDocument,
  world: PeopleOfWorld,
  report: ReportProblem,
): LoadedAuthentik {
  const people = tenantPeople(document.people, ['authentik'], report, (entry, where) => {
    const { username, roles, sessionDuration, totp, securityKeys, ...authentik } = entry
    const common = { username, roles, sessionDuration, totp, securityKeys }
    const known = tenantPersonOf(common, world, where, report)
    return known && Object.freeze({ ...known, authentik })
  })
  return Object.freeze({ ...document, people })
}
