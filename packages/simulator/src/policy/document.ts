import type { Path, ReportProblem } from '../report-problem.ts'
import type { Condition } from './condition.ts'
import { knownOperators, readOperator } from './condition.ts'
import { conditionKeyArity, knownConditionKeys } from './condition-keys.ts'
import type { Principal } from './principal.ts'
import { readPrincipals } from './principal.ts'
import { hasVariable } from './variables.ts'

/** One statement, read: what the evaluation needs of it. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  /** Empty in identity policies. */
  readonly principals: readonly Principal[]
  /** Patterns in lower case; actions have no case. */
  readonly actions: readonly string[]
  /** In the place of `actions`: every action but these. */
  readonly notActions?: readonly string[]
  /** Patterns; `*` in trust policies, which stand on their role. */
  readonly resources: readonly string[]
  /** In the place of `resources`: every resource but these. */
  readonly notResources?: readonly string[]
  readonly conditions: readonly Condition[]
}

/** A policy document, read. */
export interface Policy {
  readonly statements: readonly Statement[]
}

/** One thing that the simulator refuses in a policy document; `path` leads to it. */
export interface PolicyProblem {
  readonly path: Path
  readonly value: unknown
  readonly message: string
  readonly remedy: string
}

/** `trust`: who may take a role; `identity`: what a user or role may do; `resource`: who may do what to a bucket. */
export type PolicyKind = 'trust' | 'identity' | 'resource'

const common = ['Sid', 'Effect', 'Action', 'Condition']
const statementKeys: Readonly<Record<PolicyKind, ReadonlySet<string>>> = {
  trust: new Set([...common, 'Principal']),
  identity: new Set([...common, 'NotAction', 'Resource', 'NotResource']),
  resource: new Set([...common, 'Principal', 'NotAction', 'Resource', 'NotResource']),
}

/** The services whose actions the simulator decides about. */
const services = ['sts', 'iam', 'organizations', 's3', 'ec2', 'execute-api']

/**
 * Reads an IAM policy document. Strict: what the simulator would not evaluate (NotPrincipal, unknown
 * operators or keys) is a problem, never silently ignored. Statements of an identity policy that only name services
 * which the simulator has not are left out unread.
 */
export function readPolicy(
  document: unknown,
  kind: PolicyKind,
): { readonly policy: Policy; readonly problems: readonly PolicyProblem[] } {
  const problems: PolicyProblem[] = []
  const statements: Statement[] = []
  const problem: ReportProblem = (path, value, message, remedy) => {
    problems.push({ path, value, message, remedy })
  }
  if (!isRecord(document)) {
    problem([], document, 'a policy document is a JSON object', 'Write {Version, Statement}.')
    return { policy: { statements }, problems }
  }
  for (const key of Object.keys(document)) {
    if (!['Version', 'Id', 'Statement'].includes(key)) {
      problem([key], document[key], 'unknown policy element', 'Use Version, Id and Statement only.')
    }
  }
  const version = document.Version ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    problem(['Version'], version, 'unknown policy version', 'Write "2012-10-17", in quotes.')
  }
  if (version === '2008-10-17' && hasVariable(JSON.stringify(document))) {
    const remedy = 'Write Version "2012-10-17".'
    problem(['Version'], version, 'policy variables have no meaning in this version', remedy)
  }
  const list = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  list.forEach((statement: unknown, index) => {
    const path = Array.isArray(document.Statement) ? ['Statement', index] : ['Statement']
    const read = readStatement(statement, kind, path, problem)
    if (read !== undefined) statements.push(read)
  })
  return { policy: { statements }, problems }
}

function readStatement(
  value: unknown,
  kind: PolicyKind,
  path: Path,
  problem: ReportProblem,
): Statement | undefined {
  if (!isRecord(value)) {
    problem(path, value, 'a statement is a JSON object', 'Write {Effect, Action, …}.')
    return undefined
  }
  const actions = strings(value.Action)
  const notActions = 'NotAction' in value ? strings(value.NotAction) : undefined
  // Other services' statements may use any key and operator: they never decide a call to the simulator.
  if (kind === 'identity' && actions !== undefined && !actions.some(isSimulated)) return undefined
  for (const key of Object.keys(value)) {
    if (!statementKeys[kind].has(key)) {
      const allowed = [...statementKeys[kind]].join(', ')
      problem([...path, key], value[key], `not evaluated in a ${kind} policy`, `Use ${allowed}.`)
    }
  }
  const effect = value.Effect
  if (effect !== 'Allow' && effect !== 'Deny') {
    problem([...path, 'Effect'], effect, 'Effect is Allow or Deny', 'Write Allow or Deny.')
  }
  if ((actions === undefined) === (notActions === undefined)) {
    const remedy = 'Write one of Action and NotAction: a string or a list of them.'
    problem([...path, 'Action'], value.Action, 'Action is missing or malformed', remedy)
  }
  for (const action of actions ?? []) {
    if (kind === 'trust' && !/^sts:[A-Za-z*?]+$/.test(action)) {
      problem(
        [...path, 'Action'],
        action,
        'a trust policy may only specify STS actions',
        'Write sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, sts:TagSession or sts:SetSourceIdentity.',
      )
    }
  }
  const resources = kind === 'trust' ? ['*'] : strings(value.Resource)
  const notResources = 'NotResource' in value ? strings(value.NotResource) : undefined
  if (kind !== 'trust' && (resources === undefined) === (notResources === undefined)) {
    const remedy = 'Name ARNs or "*" in one of Resource and NotResource.'
    problem([...path, 'Resource'], value.Resource, 'Resource is missing or malformed', remedy)
  }
  const principals =
    kind === 'identity' ? [] : readPrincipals(value.Principal, [...path, 'Principal'], problem)
  return {
    effect: effect === 'Allow' ? 'Allow' : 'Deny',
    principals,
    actions: (actions ?? []).map(action => action.toLowerCase()),
    ...(notActions && { notActions: notActions.map(action => action.toLowerCase()) }),
    resources: resources ?? [],
    ...(notResources && { notResources }),
    conditions: readConditions(value.Condition, [...path, 'Condition'], problem),
  }
}

function readConditions(value: unknown, path: Path, problem: ReportProblem): Condition[] {
  if (value === undefined) return []
  if (!isRecord(value)) {
    problem(path, value, 'Condition is a JSON object', 'Write {operator: {key: value}}.')
    return []
  }
  return Object.entries(value).flatMap(([name, block]) => {
    const operator = readOperator(name)
    if (operator === undefined || !isRecord(block)) {
      const remedy = `Use one of ${knownOperators.join(', ')}.`
      problem([...path, name], block, `unknown condition operator ${name}`, remedy)
      return []
    }
    return Object.entries(block).flatMap(([key, listed]) => {
      const at = [...path, name, key]
      const values = strings(listed, true)
      const arity = conditionKeyArity(key)
      if (arity === undefined) {
        const remedy = `Use one of ${knownConditionKeys.join(', ')}.`
        problem(at, listed, `unknown condition key ${key}`, remedy)
      } else if (values === undefined) {
        problem(
          at,
          listed,
          'a condition compares with strings',
          'Write a string or a list of them.',
        )
      } else if (arity === 'many' && operator.set === undefined && operator.operator !== 'Null') {
        const remedy = `Write ForAnyValue:${name} or ForAllValues:${name}.`
        problem(at, listed, `${key} has several values`, remedy)
      } else {
        return [{ ...operator, key: key.toLowerCase(), values }]
      }
      return []
    })
  })
}

function isSimulated(action: string): boolean {
  const service = action.toLowerCase().split(':', 1)[0] ?? ''
  return services.includes(service) || /[*?]/.test(service)
}

function strings(value: unknown, scalars = false): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const texts = list.map(item =>
    scalars && (typeof item === 'boolean' || typeof item === 'number') ? String(item) : item,
  )
  return texts.length > 0 && texts.every(item => typeof item === 'string') ? texts : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
