/** A form of `application/x-www-form-urlencoded`: pairs with a value, in the order given. */
export function formBody(fields: Iterable<readonly [name: string, value: string]>): string {
  let body = ''
  for (const [name, value] of fields) {
    body += `${body === '' ? '' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  }
  return body
}

/** The content type of {@link formBody}. */
export const formType = 'application/x-www-form-urlencoded; charset=utf-8'
