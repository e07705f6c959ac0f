/** What a rule adds to a session for one principal and one role: tags and source identity. */
import { AwsError, checkTags, sessionNamePattern } from '@rolecall/aws'
import { ExpressionError } from '../config/expression.ts'
import type { ExpressionVariables } from '../config/expression-environment.ts'
import type { SessionTag } from '../nouns.ts'
import type { CompiledRule } from './types.ts'
import { quote } from './words.ts'

/** The values of the rule's expressions. */
export interface SessionValues {
  readonly tags: readonly SessionTag[]
  readonly sourceIdentity: string | undefined
}

const none: SessionValues = Object.freeze({ tags: Object.freeze([]), sourceIdentity: undefined })

/** The values, or why there are none: then the rule does not hold, as a session without them is another one. */
export function sessionValues(
  { tags, sourceIdentity }: CompiledRule,
  variables: () => ExpressionVariables,
): SessionValues | { readonly why: string } {
  if (tags.length === 0 && sourceIdentity === undefined) return none
  let at = ''
  try {
    const values = tags.map(({ key, value }) => {
      at = `the session tag ${quote(key)}`
      const tag = { key, value: value.evaluate(variables()) }
      checkTags({ tags: { [tag.key]: tag.value } })
      return Object.freeze(tag)
    })
    at = 'the source identity'
    const identity = sourceIdentity?.evaluate(variables())
    if (identity !== undefined && !isSourceIdentity(identity)) {
      return {
        why: `the source identity ${quote(identity)} has not 2 to 64 of A-Z a-z 0-9 _+=,.@-`,
      }
    }
    return Object.freeze({ tags: Object.freeze(values), sourceIdentity: identity })
  } catch (error) {
    if (!(error instanceof ExpressionError || error instanceof AwsError)) throw error
    return { why: `${at} has no value: ${error.message}` }
  }
}

/** STS API Reference, AssumeRole: SourceIdentity. */
function isSourceIdentity(text: string): boolean {
  return sessionNamePattern.test(text) && !text.toLowerCase().startsWith('aws:')
}
