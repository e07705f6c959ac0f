import { createHash } from 'node:crypto'
import type { Policy } from '../policy/document.ts'
import type { ReportProblem } from '../report-problem.ts'
import { identityOf, policyOf } from './build-policies.ts'
import { roleIdOf } from './identifiers.ts'
import type {
  Assignment,
  LoadedAccount,
  LoadedIdentityCenter,
  LoadedRole,
  Person,
} from './loaded.ts'
import type { WorldDocument } from './schema.ts'

type PermissionSet = NonNullable<WorldDocument['identityCenter']>['permissionSets'][number]

/** Identity Center of a world: a reserved role in each account for each permission set that is assigned there. */
export function buildIdentityCenter(
  document: WorldDocument,
  known: {
    readonly accounts: ReadonlyMap<string, LoadedAccount>
    readonly people: ReadonlyMap<string, Person>
  },
  report: ReportProblem,
): LoadedIdentityCenter | undefined {
  const { identityCenter } = document
  if (identityCenter === undefined) return undefined
  const sets = new Map<string, { readonly set: PermissionSet; readonly identity: Policy[] }>()
  identityCenter.permissionSets.forEach((set, index) => {
    const path = ['identityCenter', 'permissionSets', index]
    if (sets.has(set.name)) report([...path, 'name'], set.name, 'used twice', 'Give each its own.')
    sets.set(set.name, { set, identity: identityOf(set, new Map(), path, report) })
  })
  const roles = new Map<string, LoadedRole>()
  const assignments = identityCenter.assignments.flatMap((entry, index): Assignment[] => {
    const path = ['identityCenter', 'assignments', index]
    const account = known.accounts.get(entry.account)
    const found = sets.get(entry.permissionSet)
    if (account === undefined) {
      report([...path, 'account'], entry.account, 'there is no such account', 'Correct the id.')
    }
    if (found === undefined) {
      const remedy = 'Add it to `identityCenter.permissionSets`, or correct the name.'
      report([...path, 'permissionSet'], entry.permissionSet, 'no such permission set', remedy)
    }
    entry.people.forEach((username, place) => {
      if (known.people.has(username)) return
      report([...path, 'people', place], username, 'no such person', 'Add them to `idp.people`.')
    })
    if (account === undefined || found === undefined) return []
    const made = reservedRole(account, found.set, found.identity, report)
    const role = roles.get(made.arn) ?? made
    roles.set(role.arn, role)
    const { permissionSet } = entry
    const assignment = {
      permissionSet,
      role,
      groups: new Set(entry.groups),
      people: new Set(entry.people),
    }
    return [Object.freeze(assignment)]
  })
  return Object.freeze({ startUrl: identityCenter.startUrl, assignments })
}

/** The role that Identity Center makes for a permission set: nobody else can take it. */
function reservedRole(
  account: LoadedAccount,
  set: PermissionSet,
  identity: readonly Policy[],
  report: ReportProblem,
): LoadedRole {
  const mark = createHash('sha256').update(`${account.id}/${set.name}`).digest('hex').slice(0, 16)
  const name = `AWSReservedSSO_${set.name}_${mark}`
  const path = '/aws-reserved/sso.amazonaws.com/'
  const iam = `arn:${account.partition}:iam::${account.id}`
  const arn = `${iam}:role${path}${name}`
  const trustDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `${iam}:saml-provider/AWSSSO_${mark}_DO_NOT_DELETE` },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        Condition: { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } },
      },
    ],
  }
  return Object.freeze({
    account,
    name,
    path,
    arn,
    id: roleIdOf(arn),
    description: set.description,
    maxSessionDuration: set.sessionDuration,
    trust: policyOf(trustDocument, 'trust', ['identityCenter'], report),
    trustDocument,
    identity,
    tags: new Map(),
  })
}
