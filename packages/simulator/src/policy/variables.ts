import type { ConditionContext } from './context.ts'

// A value that is put in for a variable stands for itself: its own `*` and `?` must not become wildcards. They are
// written as characters that no policy has, in the patterns and in the texts that these are compared with.
const literalStar = '\u{F0001}'
const literalMark = '\u{F0002}'

/** A text of a request, to be compared with patterns: its `*` and `?` stand for themselves. */
export const literal = (text: string): string =>
  text.replaceAll('*', literalStar).replaceAll('?', literalMark)

const variable = /\$\{([^}]*)\}/g

/** True for text with something that `expand` would replace. */
export const hasVariable = (text: string): boolean => text.includes('${')

/**
 * Puts the request's values in the place of policy variables (IAM guide, "Variables and tags"): `${aws:username}`, with
 * a default as `${aws:username, 'nobody'}`; `${*}`, `${?}` and `${$}` are these characters themselves. `undefined` when
 * the request has no such value, or several: the statement then does not apply.
 */
export function expand(pattern: string, context: ConditionContext): string | undefined {
  let isComplete = true
  const text = pattern.replace(variable, (_, inside: string) => {
    if (inside === '$') return '$'
    if (inside === '*' || inside === '?') return literal(inside)
    const [, key = '', fallback] = /^([^,]*?)(?:\s*,\s*'([^']*)')?$/.exec(inside) ?? []
    const values = context.get(key.trim().toLowerCase())
    const value = values?.length === 1 ? values[0] : fallback
    if (value === undefined) isComplete = false
    return literal(value ?? '')
  })
  return isComplete ? text : undefined
}
