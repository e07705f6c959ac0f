/** A rule of the configuration with its patterns and expressions read. */
import { type Expression, readCondition, readTextExpression } from '../config/expression.ts'
import type { GrantRule } from '../config/grant-rule.ts'
import { compileMachines, mustRead } from './machine-matcher.ts'
import type { CompiledRule } from './types.ts'

/** Reads the rule's texts; throws when one was not checked before. */
export function compileRule(rule: GrantRule, order: number): CompiledRule {
  const { groupPattern, machines, when, sourceIdentity } = rule
  return Object.freeze({
    rule,
    order,
    pattern: groupPattern === undefined ? undefined : mustRead(groupPattern),
    machine: machines === undefined ? undefined : compileMachines(machines),
    when: when === undefined ? undefined : checked(readCondition(when), when),
    tags: rule.tags.map(({ key, value }) => ({
      key,
      value: checked(readTextExpression(value), value),
    })),
    sourceIdentity:
      sourceIdentity === undefined
        ? undefined
        : checked(readTextExpression(sourceIdentity), sourceIdentity),
  })
}

function checked<T extends boolean | string>(
  read: Expression<T> | { readonly problem: string },
  text: string,
): Expression<T> {
  if ('problem' in read) throw new Error(`an expression was checked but cannot be read: ${text}`)
  return read
}
