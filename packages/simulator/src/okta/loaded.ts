import type { ReportProblem } from '../report-problem.ts'
import {
  type PeopleOfWorld,
  type TenantPerson,
  tenantPeople,
  tenantPersonOf,
} from '../tenants/person.ts'
import type { OktaDocument } from './schema.ts'

type Document = OktaDocument['people'][number]

export interface OktaPerson extends TenantPerson {
  readonly okta: Omit<Document, 'username' | 'roles' | 'sessionDuration' | 'totp' | 'securityKeys'>
}

/** A checked Okta organization of a world. */
export interface LoadedOkta extends Omit<OktaDocument, 'people'> {
  readonly people: ReadonlyMap<string, OktaPerson>
}

export function loadOkta(
  document: OktaDocument,
  world: PeopleOfWorld,
  report: ReportProblem,
): LoadedOkta {
  const people = tenantPeople(document.people, ['okta'], report, (entry, where) => {
    const { username, roles, sessionDuration, totp, securityKeys, ...okta } = entry
    const common = { username, roles, sessionDuration, totp, securityKeys }
    const known = tenantPersonOf(common, world, where, report)
    return known && Object.freeze({ ...known, okta })
  })
  return Object.freeze({ ...document, people })
}
