/** What a person can be asked. Questions go to the terminal, never to standard output. */

/** One of several. */
export interface Choice<T> {
  readonly value: T
  /** Text of servers is made harmless where it is shown. */
  readonly label: string
  /** Dimmed, behind it. */
  readonly note?: string | undefined
}

/**
 * Each throws `Failure`: `interrupted` on Ctrl-C, `cannotAsk` where there is no terminal or
 * `--skip-prompt` was given (its hint names the flag or the variable that answers instead).
 */
export interface Ask {
  /** False: every question throws `cannotAsk`. */
  readonly possible: boolean
  text(question: {
    readonly message: string
    readonly initial?: string | undefined
  }): Promise<string>
  /** Not shown while it is typed. */
  password(question: {
    readonly message: string
    /** Characters. Default: 4096, more than any password. */
    readonly longest?: number | undefined
  }): Promise<string>
  /** A one-time code; blanks are taken out. */
  code(question: {
    readonly message: string
    readonly digits?: number | undefined
  }): Promise<string>
  choice<T>(question: {
    readonly message: string
    readonly choices: readonly Choice<T>[]
  }): Promise<T>
  confirm(question: { readonly message: string; readonly initial?: boolean }): Promise<boolean>
  /** Something to do elsewhere (approve on the phone, touch the key): it stands until `done`. */
  waiting(message: string): { done(): void }
  /** One line for the person; no answer. Shown without a terminal too, on standard error. */
  tell(message: string): void
}
