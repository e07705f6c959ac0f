import { isHttpUrl } from '../http-url.ts'
import type { SigningKey } from '../signature/algorithms.ts'
import { signOutput } from '../signature/sign-output.ts'
import { writeXml, type XmlTree } from '../xml/write.ts'
import { invalidOption } from './check-option.ts'
import { encodePost } from './post-binding.ts'
import { encodeRedirect, type MessageName } from './redirect-binding.ts'
import { checkRelayState } from './relay-state.ts'
import { encodeSoap } from './soap-binding.ts'

/** How a message goes out. */
export interface Sending {
  readonly binding: 'redirect' | 'post' | 'soap'
  /** The URL of the receiver's endpoint, in the words of an error `check`. */
  readonly url: string
  readonly check: string
  readonly relayState?: string | undefined
  readonly sign: SigningKey | undefined
}

/** The fields of a form that is posted. */
export type MessageForm<Name extends MessageName> = {
  readonly [Key in Name]: string
} & { readonly RelayState?: string }

/** A message ready to be sent: go to `url` (Redirect), post `form` to it (POST), or post `envelope` (SOAP). */
export interface BuiltMessage<Name extends MessageName> {
  readonly xml: string
  readonly url: string
  readonly form?: MessageForm<Name>
  readonly envelope?: string
}

/**
 * Encodes and signs a message for its binding: the raw octets of the query (saml-bindings 3.4.4.1),
 * or the message element (3.5.4, 3.2.2.1), which an envelope only surrounds.
 */
export function sendMessage<Name extends MessageName>(
  name: Name,
  message: XmlTree,
  { binding, url, check, relayState, sign }: Sending,
): BuiltMessage<Name> {
  checkEndpoint(check, url)
  if (relayState !== undefined) checkRelayState(relayState)
  if (binding === 'redirect') {
    const xml = writeXml(message)
    return { xml, url: encodeRedirect(url, name, { xml, relayState, sign }) }
  }
  const signed = sign === undefined ? message : signOutput(message, sign)
  const xml = writeXml(signed)
  if (binding === 'post') {
    const field = { [name]: encodePost(xml) } as { readonly [Key in Name]: string }
    const form = Object.freeze(
      relayState === undefined ? field : { ...field, RelayState: relayState },
    )
    return { xml, url, form }
  }
  if (binding !== 'soap') return invalidOption('binding', 'redirect, post or soap', String(binding))
  if (relayState !== undefined) invalidOption('relayState', 'none by SOAP', 'one')
  return { xml, url, envelope: encodeSoap(signed) }
}

/** Refuses a URL that no message may be sent to. */
export function checkEndpoint(check: string, value: string): void {
  if (isHttpUrl(value) && !value.includes('#')) return
  invalidOption(check, 'an absolute http or https URL without a fragment', value)
}
