import { randomUUID } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'

export type PromptStatus = 'pending' | 'accepted' | 'denied' | 'expired'

/** Something that somebody is to answer on a phone. */
export interface Prompt {
  readonly id: string
  readonly email: string
  /** Whose app shows it: `push`, `duo`. */
  readonly kind: string
  status: PromptStatus
}

/** What waits on phones; bounded, in memory. */
export interface Prompts {
  /** Asks somebody; `answer` is what they say at once, `asks` waits for {@link Prompts.answer}. */
  ask(
    prompt: { readonly email: string; readonly kind: string },
    answer: 'asks' | Exclude<PromptStatus, 'pending'>,
  ): Prompt
  find(id: string): Prompt | undefined
  pending(): readonly Prompt[]
  /** Answers those that wait, of one person or of all; gives how many there were. */
  answer(status: Exclude<PromptStatus, 'pending'>, email?: string): number
}

export function createPrompts(): Prompts {
  const ids = new Set<string>()
  const prompts = boundedMap<Prompt>(1000)
  const pending = () => {
    const all = [...ids].flatMap(id => prompts.get(id) ?? [])
    return all.filter(({ status }) => status === 'pending')
  }
  return Object.freeze({
    ask(
      { email, kind }: { readonly email: string; readonly kind: string },
      answer: 'asks' | Exclude<PromptStatus, 'pending'>,
    ) {
      const status = answer === 'asks' ? 'pending' : answer
      const prompt: Prompt = { id: randomUUID(), email, kind, status }
      prompts.set(prompt.id, prompt)
      ids.add(prompt.id)
      for (const id of ids) if (prompts.get(id) === undefined) ids.delete(id)
      return prompt
    },
    find: (id: string) => prompts.get(id),
    pending,
    answer(status: Exclude<PromptStatus, 'pending'>, email?: string) {
      const meant = pending().filter(prompt => email === undefined || prompt.email === email)
      for (const prompt of meant) prompt.status = status
      return meant.length
    },
  })
}
