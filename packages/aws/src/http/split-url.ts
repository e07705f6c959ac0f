import { AwsError } from '../errors.ts'

/** An absolute URL in its raw parts: nothing decoded, nothing normalised. */
export interface SplitUrl {
  readonly scheme: 'http' | 'https'
  /** Host and, if given, port, as the Host header has it: without the scheme's own port. */
  readonly host: string
  /** From the first `/`; empty when there is none. */
  readonly path: string
  /** What follows `?`, without it. */
  readonly query: string
}

const urlPattern =
  /^(https?):\/\/([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?(\/[^?#\p{Cc}]*)?(?:\?([^#\p{Cc}]*))?$/iu

/**
 * Splits a URL without the rewriting that `new URL` does: a signature covers the path as it is sent.
 * Refuses user names, fragments and control characters with {@link AwsError} `bad_url`.
 */
export function splitUrl(url: string): SplitUrl {
  const [matched, scheme = '', name = '', port, path = '', query = ''] = urlPattern.exec(url) ?? []
  if (matched === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
    throw new AwsError(
      'bad_url',
      'expected an absolute http or https URL without user name and fragment, with a port up to 65535',
    )
  }
  const lower = scheme.toLowerCase() === 'https' ? 'https' : 'http'
  const isOwnPort = port === undefined || Number(port) === (lower === 'https' ? 443 : 80)
  return {
    scheme: lower,
    host: isOwnPort ? name.toLowerCase() : `${name.toLowerCase()}:${port}`,
    path,
    query,
  }
}
