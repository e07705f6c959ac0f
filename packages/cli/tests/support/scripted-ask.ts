import type { Ask } from '../../src/ask/ask.ts'
import { Failure } from '../../src/failure.ts'

/** The answers of a person, in their order, for each kind of question. */
export interface Script {
  readonly texts?: readonly string[]
  readonly codes?: readonly (string | (() => string))[]
  /** Labels of what is chosen. */
  readonly choices?: readonly string[]
  readonly confirms?: readonly boolean[]
}

/** An `Ask` that answers by a script, and the transcript of what was asked and told. */
export function scriptedAsk(script: Script = {}): { readonly ask: Ask; readonly seen: string[] } {
  const seen: string[] = []
  const [texts, codes] = [[...(script.texts ?? [])], [...(script.codes ?? [])]]
  const [choices, confirms] = [[...(script.choices ?? [])], [...(script.confirms ?? [])]]
  const take = <T>(answers: T[], message: string): T => {
    seen.push(message)
    const answer = answers.shift()
    if (answer === undefined) throw new Failure('cannotAsk', `nobody to ask: ${message}`)
    return answer
  }
  const ask: Ask = {
    possible: script.codes !== undefined || script.choices !== undefined,
    text: async ({ message }) => take(texts, message),
    password: async ({ message }) => take(texts, message),
    async code({ message }) {
      const code = take(codes, message)
      return typeof code === 'string' ? code : code()
    },
    async choice({ message, choices: offered }) {
      const labels = offered.map(({ label, note }) =>
        note === undefined ? label : `${label} (${note})`,
      )
      const wanted = take(choices, `${message} [${labels.join(', ')}]`)
      const chosen = offered.find(({ label }) => label === wanted)
      if (chosen === undefined) throw new Error(`"${wanted}" is none of: ${labels.join(', ')}`)
      return chosen.value
    },
    confirm: async ({ message }) => take(confirms, message),
    waiting(message) {
      seen.push(`… ${message}`)
      return { done: () => undefined }
    },
    tell(message) {
      seen.push(`- ${message}`)
    },
  }
  return { ask, seen }
}
