import { AsyncLocalStorage } from 'node:async_hooks'

/** What is known about the request being answered, for services that all share one clock and one log. */
export interface RequestScope {
  /** The simulator's clock, moved by the fault that this request met. */
  now(): Date
  /** Says whose signature was verified. */
  noteCaller(arn: string): void
  /** Answers one request; `caller` is who signed it, once somebody verified that. */
  run<T>(
    clockOffsetMs: number,
    answer: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly caller: string | undefined }>
}

/** The scopes of one simulator's requests. */
export function createRequestScope(now: () => Date): RequestScope {
  const storage = new AsyncLocalStorage<{ readonly offsetMs: number; caller?: string }>()
  return {
    now() {
      const offset = storage.getStore()?.offsetMs ?? 0
      return offset === 0 ? now() : new Date(now().getTime() + offset)
    },
    noteCaller(arn) {
      const scope = storage.getStore()
      if (scope !== undefined) scope.caller = arn
    },
    run(offsetMs, answer) {
      const scope: { readonly offsetMs: number; caller?: string } = { offsetMs }
      return storage.run(scope, async () => ({ result: await answer(), caller: scope.caller }))
    },
  }
}
