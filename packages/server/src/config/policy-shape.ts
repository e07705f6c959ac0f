/** The shape of a session policy (IAM JSON policy elements), before AWS sees it. */

/** What is wrong, at which key below the policy. */
export interface PolicyProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly remedy: string
}

const versions = ['2012-10-17', '2008-10-17']
const pairs = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const
const statementKeys = ['Sid', 'Effect', ...pairs.flat(), 'Condition']

/** Everything that AWS would refuse in the policy's form, and an empty list when nothing is. */
export function policyProblems(policy: unknown): readonly PolicyProblem[] {
  if (!isMap(policy)) return [problem([], 'a policy is a map', 'write `Statement: […]`')]
  const found = unknownKeys(policy, ['Version', 'Id', 'Statement'], [])
  const { Version: version, Statement: statements } = policy
  if (version !== undefined && !versions.some(known => known === version)) {
    found.push(problem(['Version'], 'there is no such version', 'write `Version: "2012-10-17"`'))
  }
  if (Array.isArray(statements) ? statements.length === 0 : !isMap(statements)) {
    found.push(problem(['Statement'], 'there is no statement', 'write a list of statements'))
    return found
  }
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements]
  for (const [index, statement] of list.entries()) {
    const at = Array.isArray(statements) ? ['Statement', index] : ['Statement']
    found.push(...statementProblems(statement, at))
  }
  return found
}

function statementProblems(statement: unknown, at: PolicyProblem['path']): PolicyProblem[] {
  if (!isMap(statement))
    return [problem(at, 'a statement is a map', 'write Effect, Action, Resource')]
  const found = unknownKeys(statement, statementKeys, at)
  const { Effect: effect, Condition: condition, Sid: sid } = statement
  if (effect !== 'Allow' && effect !== 'Deny') {
    found.push(problem([...at, 'Effect'], 'neither Allow nor Deny', 'write `Effect: Allow`'))
  }
  if (sid !== undefined && !(typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid))) {
    found.push(problem([...at, 'Sid'], 'a Sid has letters and digits only', 'change it'))
  }
  if (condition !== undefined && !isMap(condition)) {
    found.push(
      problem([...at, 'Condition'], 'a condition is a map', 'write an operator as its key'),
    )
  }
  for (const [key, opposite] of pairs) {
    const given = [key, opposite].filter(one => statement[one] !== undefined)
    const [only] = given
    if (given.length !== 1 || only === undefined) {
      const message = `a statement has one of ${key} and ${opposite}`
      found.push(problem([...at, key], message, `write \`${key}\` or \`${opposite}\``))
    } else if (!isTexts(statement[only])) {
      const message = `${only} is a text or a list of texts`
      found.push(problem([...at, only], message, `write \`${only}: ["…"]\``))
    }
  }
  return found
}

function unknownKeys(
  map: Readonly<Record<string, unknown>>,
  known: readonly string[],
  at: PolicyProblem['path'],
): PolicyProblem[] {
  return Object.keys(map)
    .filter(key => !known.includes(key))
    .map(key => {
      const isPrincipal = key === 'Principal' || key === 'NotPrincipal'
      const message = isPrincipal
        ? 'a session policy has no principal: it is for the session alone'
        : 'a policy has no such key'
      return problem([...at, key], message, `known: ${known.join(', ')}`)
    })
}

function problem(path: PolicyProblem['path'], message: string, remedy: string): PolicyProblem {
  return { path, message, remedy }
}

function isTexts(value: unknown): boolean {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  return texts.length > 0 && texts.every(text => typeof text === 'string' && text !== '')
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
