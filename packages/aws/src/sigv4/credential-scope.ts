import { AwsError } from '../errors.ts'

const scopePart = /^[\w.-]{1,100}$/

/** Whether a text can be the region or the service of a credential scope. */
export function isScopePart(text: string): boolean {
  return scopePart.test(text)
}

/** Refuses a region or service that would change the shape of the credential scope. */
export function checkScopePart(what: 'region' | 'service', text: string): void {
  if (isScopePart(text)) return
  throw new AwsError(
    what === 'region' ? 'bad_region' : 'invalid_argument',
    `cannot sign for the ${what} ${JSON.stringify(text)}`,
  )
}
