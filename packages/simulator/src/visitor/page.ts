/** An answer as the visitor sees it, read whole. */
export interface Page {
  /** The address that gave it, after redirects. */
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** Where it redirects to, absolute: seen when redirects are not followed. */
  readonly location: string | undefined
}

const redirects: readonly number[] = [301, 302, 303, 307, 308]

/** Reads an answer from `url`; throws when its body is longer than `maxBodyBytes`. */
export async function readPage(url: string, answer: Response, maxBodyBytes: number): Promise<Page> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength
    // Leaving the loop cancels the rest of the body.
    if (length > maxBodyBytes) throw new Error(`the page is longer than ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  const location = redirects.includes(answer.status) ? answer.headers.get('location') : null
  return {
    url,
    status: answer.status,
    headers: answer.headers,
    body: new TextDecoder().decode(Buffer.concat(chunks)),
    location: location === null ? undefined : new URL(location, url).href,
  }
}
