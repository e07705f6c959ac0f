import { inspect } from 'node:util'

/** What stands for a secret wherever it is printed. */
export const redacted = '[redacted]'

/** A secret text that no log, error, template or JSON shows; only {@link Secret.reveal} gives it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    Object.freeze(this)
  }

  /** The secret itself: call where it is used, and keep the result in no object. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }

  [inspect.custom](): string {
    return redacted
  }
}
