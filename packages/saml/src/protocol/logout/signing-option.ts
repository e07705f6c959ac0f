import type { SigningKey } from '../../signature/algorithms.ts'
import { objectOption } from '../check-option.ts'

/** A logout message is never sent unsigned (saml-profiles 4.4.4.1 and 4.4.4.2). */
export function signingOption(sign: SigningKey): SigningKey {
  return objectOption('sign', sign)
}
