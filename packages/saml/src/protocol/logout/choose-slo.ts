import { SamlError } from '../../errors.ts'
import type { SloEndpoint } from '../../metadata/model.ts'
import { bindings } from '../../names.ts'

/** Where a logout message may go. */
export interface ChosenSlo<Binding extends keyof typeof bindings> {
  readonly binding: Binding
  readonly location: string
}

/**
 * The peer's registered endpoint for a LogoutRequest or a LogoutResponse: of the bindings that can be
 * used, the first that the peer has, in the caller's order. An answer by SOAP has no endpoint: it
 * goes back on the connection on which the request came (saml-bindings 3.2).
 * Throws `SamlError` `logout.endpoint` when there is none: nothing is sent anywhere else.
 */
export function chooseSlo<Binding extends keyof typeof bindings>(
  endpoints: readonly SloEndpoint[],
  message: 'request' | 'response',
  usable: readonly Binding[],
): ChosenSlo<Binding> {
  for (const binding of usable) {
    if (binding === 'soap' && message === 'response') continue
    const found = endpoints.find(each => each.binding === bindings[binding])
    if (found === undefined) continue
    const { location, responseLocation } = found
    const answerTo = responseLocation ?? location
    return Object.freeze({ binding, location: message === 'response' ? answerTo : location })
  }
  throw new SamlError('logout.endpoint', {
    check: 'SingleLogoutService',
    expected: usable.join(', '),
    received: endpoints.map(({ binding }) => binding).join(', ') || 'none',
  })
}
