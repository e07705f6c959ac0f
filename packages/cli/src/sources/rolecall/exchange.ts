/** One exchange with the server, its failures in the words of the command. */
import { AwsError, type HttpRequest, type HttpResponse, type HttpSend } from '@rolecall/aws'
import { Failure } from '../../failure.ts'
import { asWebFailure } from '../../web/failures.ts'

/** {@link HttpSend} whose errors are `Failure` `network` or `provider`. */
export async function exchange(send: HttpSend, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await send(request)
  } catch (error) {
    if (error instanceof AwsError && /CERT|SELF_SIGNED|UNABLE_TO_/.test(error.message)) {
      throw new Failure(
        'network',
        error.message,
        'if the certificate is of your company, name the file of its authority in ca_file of the connection',
      )
    }
    throw asWebFailure(error)
  }
}

/** The object that a body of JSON is; undefined when it is none. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text of an answer for people: on one line, and no longer than a sentence or two. */
export function said(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.replace(/\s+/g, ' ').trim().slice(0, 300)
  return text === '' ? undefined : text
}
