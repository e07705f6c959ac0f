/** An error as AWS puts it on the wire. `message` undefined: AWS sends no Message element. */
export class Fault extends Error {
  readonly code: string
  readonly status: number
  readonly wireMessage: string | undefined
  /** Answered under the namespace of AWS's request dispatcher instead of the service's. */
  readonly dispatcher: boolean

  constructor(status: number, code: string, message?: string, dispatcher = false) {
    super(message ?? code)
    this.name = 'Fault'
    this.code = code
    this.status = status
    this.wireMessage = message
    this.dispatcher = dispatcher
  }
}

/** 400 ValidationError with a text of its own. */
export const validationError = (message: string): Fault =>
  new Fault(400, 'ValidationError', message)

/** 403 AccessDenied. An unknown role and one that does not trust the caller get the same answer. */
export const accessDenied = (message: string): Fault => new Fault(403, 'AccessDenied', message)
