import { ApiError, readError } from './api-error.ts'

const timeoutMs = 30_000

/**
 * Calls the API of the origin that served the page. A body makes it a POST; the JSON content type is
 * part of the gateway's defence against forged requests.
 *
 * @throws ApiError
 */
export async function request<Answer>(
  path: `/api/${string}`,
  options: { body?: object; signal?: AbortSignal } = {},
): Promise<Answer> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const init: RequestInit = {
    headers: { Accept: 'application/json' },
    signal: options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]),
    cache: 'no-store',
  }
  if (options.body !== undefined) {
    init.method = 'POST'
    init.headers = { ...init.headers, 'Content-Type': 'application/json' }
    init.body = JSON.stringify(options.body)
  }
  const response = await send(path, init, options.signal)
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw readError(response.status, body)
  return body as Answer
}

async function send(path: string, init: RequestInit, signal: AbortSignal | undefined) {
  try {
    return await fetch(path, init)
  } catch (error) {
    // The caller gave up: that is not a failure to show.
    if (signal?.aborted) throw error
    throw new ApiError(0, {
      code: 'no_answer',
      message: 'The gateway did not answer.',
      hint: 'Check your connection, then try again.',
    })
  }
}
