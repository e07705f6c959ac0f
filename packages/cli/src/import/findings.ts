/** What became of each line of the old configuration. */

/** Where something stands in an old file; lines count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** What became of a line. */
export type Verdict = 'kept' | 'changed' | 'refused'

/** One key of the old configuration and what became of it. */
export interface Finding extends Place {
  readonly key: string
  readonly verdict: Verdict
  /** The key of the new file; undefined: nowhere. */
  readonly now: string | undefined
  /** Of `changed` and `refused`. */
  readonly why: string | undefined
  /** What to do by hand. */
  readonly todo: string | undefined
}

/** What the old files do not say and somebody must. */
export interface Question {
  /** The key of the new file. */
  readonly key: string
  readonly question: string
  /** What the new file says until then: what lets nobody in, or what the old files said. */
  readonly assumed: string
}

/** Collects findings and questions. */
export interface Findings {
  kept(place: Place, key: string, now: string): void
  changed(place: Place, key: string, now: string | undefined, why: string, todo?: string): void
  refused(place: Place, key: string, why: string, todo: string): void
  ask(key: string, question: string, assumed: string): void
  readonly list: readonly Finding[]
  readonly questions: readonly Question[]
}

/** Nothing found yet. */
export function createFindings(): Findings {
  const list: Finding[] = []
  const questions: Question[] = []
  const add = (
    { file, line }: Place,
    key: string,
    verdict: Verdict,
    rest: { now?: string | undefined; why?: string; todo?: string | undefined },
  ) => {
    const { now, why, todo } = rest
    list.push(Object.freeze({ file, line, key, verdict, now, why, todo }))
  }
  return {
    kept: (place, key, now) => add(place, key, 'kept', { now }),
    changed: (place, key, now, why, todo) => add(place, key, 'changed', { now, why, todo }),
    refused: (place, key, why, todo) => add(place, key, 'refused', { why, todo }),
    ask(key, question, assumed) {
      if (questions.some(one => one.key === key && one.question === question)) return
      questions.push(Object.freeze({ key, question, assumed }))
    },
    list,
    questions,
  }
}
