import { AwsError } from '../errors.ts'

/** An argument outside the bounds that AWS documents. */
export function invalid(name: string, expected: string): AwsError {
  return new AwsError('invalid_argument', `${name}: expected ${expected}`)
}
