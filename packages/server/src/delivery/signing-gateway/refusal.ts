import { ServerError, type ServerErrorCode } from '../../errors.ts'

/** A refusal; `detail` is for the caller too and holds no secret. */
export function refusal(code: ServerErrorCode, detail: string, cause?: unknown): ServerError {
  return new ServerError(code, { detail, ...(cause === undefined ? {} : { cause }) })
}
