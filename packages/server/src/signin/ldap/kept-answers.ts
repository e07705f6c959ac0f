const mostKept = 10_000
/** How long a failure counts: a directory that is down is not asked by every request. */
const failureMs = 5_000

/** Answers about people, each kept for a while; who asks while one is on its way gets that one. */
export interface KeptAnswers<T> {
  get(name: string, ask: () => Promise<T>): Promise<T>
  put(name: string, answer: T): void
}

/** Keeps answers for `lifeMs`, ten thousand at most. */
export function keptAnswers<T>(lifeMs: number, now: () => Date): KeptAnswers<T> {
  const kept = new Map<string, { readonly since: number; lifeMs: number; answer: Promise<T> }>()

  function keep(name: string, answer: Promise<T>): void {
    const [oldest] = kept.keys()
    if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest)
    // Behind the others: what is deleted first is what was asked first.
    kept.delete(name)
    const entry = { since: now().getTime(), lifeMs, answer }
    kept.set(name, entry)
    answer.catch(() => {
      entry.lifeMs = Math.min(lifeMs, failureMs)
    })
  }

  return Object.freeze({
    get(name: string, ask: () => Promise<T>) {
      const known = kept.get(name)
      const age = known === undefined ? 0 : now().getTime() - known.since
      if (known !== undefined && age >= 0 && age < known.lifeMs) return known.answer
      const answer = ask()
      keep(name, answer)
      return answer
    },
    put: (name: string, answer: T) => keep(name, Promise.resolve(answer)),
  })
}
