import { SamlError } from '../errors.ts'
import type { RequestedAuthnContext } from './request-demands.ts'

/**
 * Whether an authentication of this class satisfies a request (saml-core 3.3.2.2.1). `strengths` is
 * the identity provider's own order of classes, the weakest first. `exact`: one of those asked for.
 * `minimum`: at least as strong as one of them. `maximum`: no stronger than one of them. `better`:
 * stronger than each of them. A class that is not in the order is equal to itself and compares with
 * no other. Declarations are never met. No request is always met.
 */
export function meetsAuthnContext(
  classRef: string,
  requested: RequestedAuthnContext | undefined,
  strengths: readonly string[],
): boolean {
  if (requested === undefined) return true
  const { comparison, classRefs } = requested
  if (comparison === 'exact') return classRefs.includes(classRef)
  if (comparison === 'better') {
    return classRefs.length > 0 && classRefs.every(each => compare(classRef, each, strengths) > 0)
  }
  return comparison === 'minimum'
    ? classRefs.some(each => compare(classRef, each, strengths) >= 0)
    : classRefs.some(each => compare(classRef, each, strengths) <= 0)
}

/** Throws `SamlError` `request.authn-context` unless `meetsAuthnContext`; send NoAuthnContext then. */
export function checkAuthnContext(
  classRef: string,
  requested: RequestedAuthnContext | undefined,
  strengths: readonly string[],
): void {
  if (requested === undefined || meetsAuthnContext(classRef, requested, strengths)) return
  const { comparison, classRefs, declRefs } = requested
  throw new SamlError('request.authn-context', {
    check: 'RequestedAuthnContext',
    expected: `${comparison} ${[...classRefs, ...declRefs].join(', ')}`,
    received: classRef,
  })
}

/** Above, below or at 0 as `a` is stronger, weaker or the same; NaN, which no comparison meets, if unknown. */
function compare(a: string, b: string, strengths: readonly string[]): number {
  if (a === b) return 0
  const [left, right] = [strengths.indexOf(a), strengths.indexOf(b)]
  return left === -1 || right === -1 ? Number.NaN : left - right
}
