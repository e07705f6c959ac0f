/** A body of `application/x-www-form-urlencoded` (URL Standard, 5.2). */
export function formBody(fields: Iterable<readonly [name: string, value: string]>): string {
  return new URLSearchParams([...fields].map(([name, value]) => [name, value])).toString()
}

export const formType = 'application/x-www-form-urlencoded'
