/**
 * Every way in which this library refuses: code → what the failed check means and what to do about it.
 * Codes are a closed set and are never reused for another meaning.
 */
export const samlErrors = {
  'write.character': {
    meaning: 'A value to be written holds a character that XML 1.0 cannot carry.',
    remedy: 'Remove control characters, U+FFFE, U+FFFF and lone surrogates from the value.',
  },
  'write.name': {
    meaning: 'An element or attribute to be written has a name that the writer does not know.',
    remedy: 'Use an ASCII name with one of the prefixes of the SAML vocabulary.',
  },
  'option.invalid': {
    meaning: 'An option given by the caller is missing or outside its bounds.',
    remedy: 'Correct the option that the message names.',
  },
  'xml.encoding': {
    meaning: 'The document is not UTF-8, or declares another encoding.',
    remedy: 'Send UTF-8 without a declaration of another encoding.',
  },
  'xml.character': {
    meaning: 'The document holds a character that XML 1.0 forbids.',
    remedy: 'Ask the sender to remove it; control characters cannot stand in XML.',
  },
  'xml.malformed': {
    meaning: 'The document is not well-formed XML 1.0 with namespaces.',
    remedy: 'Ask the sender to correct its XML at the offset that the message names.',
  },
  'xml.doctype': {
    meaning: 'The document has a document type declaration.',
    remedy: 'Ask the sender to leave DOCTYPE out; it is never read here.',
  },
  'xml.entity': {
    meaning: 'The document refers to an entity other than the five predefined ones.',
    remedy: 'Ask the sender to write the characters themselves.',
  },
  'xml.instruction': {
    meaning: 'The document has a processing instruction inside its root element.',
    remedy: 'Ask the sender to leave processing instructions out.',
  },
  'xml.namespace': {
    meaning: 'A namespace declaration or a prefix is not acceptable.',
    remedy: 'Use absolute ASCII URIs as namespaces and declare every prefix.',
  },
  'xml.limit': {
    meaning: 'The document is larger, deeper or richer than the limits allow.',
    remedy: 'Make it smaller, or raise the limit where the caller offers that.',
  },
  'xml.structure': {
    meaning: 'An element is missing, repeated, out of order, or holds what it must not.',
    remedy: 'Ask the sender to follow the schema of SAML 2.0.',
  },
  'xml.time': {
    meaning: 'A time is not a real UTC time written as SAML asks (YYYY-MM-DDThh:mm:ssZ).',
    remedy: 'Ask the sender to write UTC times that end in Z.',
  },
  'base64.invalid': {
    meaning: 'A value is not canonical base64.',
    remedy: 'Send standard base64 with padding; only XML white space may stand between characters.',
  },
  'signature.missing': {
    meaning: 'Nothing that could be trusted is signed.',
    remedy: 'Let the identity provider sign the assertion or the response.',
  },
  'signature.position': {
    meaning:
      'A Signature stands elsewhere than right after the Issuer of the element that it signs.',
    remedy:
      'Ask the signer to put the Signature where the schema wants it; a moved one may be an attack.',
  },
  'signature.structure': {
    meaning: 'A Signature has other parts than the SAML profile of XML signatures allows.',
    remedy:
      'Ask the signer for one SignedInfo with one Reference and no Object, comment or extension.',
  },
  'signature.reference': {
    meaning: 'The Reference of a Signature does not point to the element around it.',
    remedy:
      'Ask the signer for a Reference with # and the ID of the signed element; a mismatch may be an attack.',
  },
  'signature.id': {
    meaning: 'The ID of the signed element is no XML name or occurs more than once.',
    remedy:
      'Ask the signer for an ID that is unique in the message; a repeated one may be an attack.',
  },
  'signature.transform': {
    meaning:
      'The transforms are not the enveloped signature followed by exclusive canonicalization.',
    remedy: 'Ask the signer for these two transforms alone.',
  },
  'signature.algorithm': {
    meaning:
      'A signature, digest or canonicalization algorithm is not allowed, or fits none of the pinned keys.',
    remedy: 'Use RSA or ECDSA with SHA-256, SHA-384 or SHA-512 and exclusive canonicalization.',
  },
  'signature.key': {
    meaning: 'A key to verify with is no acceptable public key.',
    remedy:
      'Give PEM certificates or public keys: RSA of 2048 bits or more, or EC on P-256, P-384 or P-521.',
  },
  'signature.value': {
    meaning: 'The signature was not made by one of the given keys over this data.',
    remedy:
      "Check that the signer's current certificate is configured; otherwise the message was changed.",
  },
  'signature.digest': {
    meaning: 'The signed element was changed after it was signed.',
    remedy: 'Do not use the message; look for what changes it on its way.',
  },
  'encryption.structure': {
    meaning: 'An encrypted element has other parts than are taken.',
    remedy:
      'Ask the sender for one EncryptedData with its CipherValue, and an EncryptedKey in it or beside it.',
  },
  'encryption.algorithm': {
    meaning: 'An encryption algorithm is not allowed.',
    remedy:
      'Ask the sender for AES-GCM under RSA-OAEP; CBC counts only where it is allowed by name and the ciphertext is signed.',
  },
  'encryption.failed': {
    meaning:
      'An encrypted element did not decrypt to what must be in it. Why is not told: it would help to decrypt.',
    remedy:
      "Check that the sender encrypts with this service provider's current certificate and one whole element.",
  },
  'response.version': {
    meaning: 'The SAML version is not 2.0.',
    remedy: 'Ask the identity provider for SAML 2.0.',
  },
  'response.status': {
    meaning: 'The identity provider answered with a status other than Success.',
    remedy:
      "Look in the identity provider's log for the reason of the status that the message names.",
  },
  'response.assertion': {
    meaning: 'The response does not hold exactly one assertion.',
    remedy: 'Ask the identity provider to send one assertion per response.',
  },
  'response.encrypted': {
    meaning: 'A message holds encrypted parts, and there is no key to decrypt them.',
    remedy: 'Give a decryption key, or let the sender leave the parts in the clear over TLS.',
  },
  'response.issuer': {
    meaning: 'The issuer is not the configured identity provider.',
    remedy: 'Check the entity ID configured for the identity provider.',
  },
  'response.destination': {
    meaning: 'The response was addressed to another endpoint.',
    remedy: 'Check the assertion consumer URL at the identity provider.',
  },
  'response.in-response-to': {
    meaning: 'The response answers another request, or answers one where none was made.',
    remedy:
      'Start the sign-in again from here; allow unsolicited responses only where they are wanted.',
  },
  'response.issue-instant': {
    meaning: 'The message was issued too long ago or in the future.',
    remedy: 'Check the clocks on both sides and start the sign-in again.',
  },
  'assertion.subject': {
    meaning: 'The assertion does not name exactly one subject.',
    remedy: 'Ask the identity provider to send one NameID that is not empty.',
  },
  'assertion.confirmation': {
    meaning: 'No subject confirmation allows the bearer to present the assertion.',
    remedy:
      'Ask the identity provider for a bearer confirmation with NotOnOrAfter and without NotBefore.',
  },
  'assertion.recipient': {
    meaning: 'The assertion was made for another recipient URL.',
    remedy: 'Check the assertion consumer URL at the identity provider.',
  },
  'assertion.audience': {
    meaning: 'The assertion was made for another audience.',
    remedy: "Check the service provider's entity ID at the identity provider.",
  },
  'assertion.condition': {
    meaning: 'The assertion has a condition that is not understood or never holds.',
    remedy:
      'Ask the identity provider to send AudienceRestriction, OneTimeUse and ProxyRestriction only, with NotBefore before NotOnOrAfter.',
  },
  'assertion.not-yet-valid': {
    meaning: 'The assertion is not valid yet.',
    remedy: 'Check the clocks on both sides.',
  },
  'assertion.expired': {
    meaning: 'The assertion is not valid any more.',
    remedy: 'Start the sign-in again; check the clocks on both sides if it happens every time.',
  },
  'assertion.lifetime': {
    meaning: 'The assertion is valid for longer than is acceptable.',
    remedy: 'Let the identity provider issue assertions of minutes, 24 hours at most.',
  },
  'assertion.authn-statement': {
    meaning: 'The assertion does not state one authentication.',
    remedy: 'Ask the identity provider to send one AuthnStatement.',
  },
  'assertion.authn-context': {
    meaning: 'The person was not signed in in one of the ways that were asked for.',
    remedy:
      'Ask the identity provider for an authentication context that it has, or let it use a stronger one.',
  },
  'assertion.authn-instant': {
    meaning: 'The person was not signed in anew although that was asked for.',
    remedy: 'Let the identity provider honour ForceAuthn.',
  },
  'assertion.attribute': {
    meaning: 'An attribute is repeated with another name format, or its values are not plain text.',
    remedy: 'Ask the identity provider to send each attribute once with text values.',
  },
  'assertion.replayed': {
    meaning: 'The assertion was presented before.',
    remedy: 'Start the sign-in again; a repeated assertion may be an attack.',
  },
  'assertion.replay-store': {
    meaning: 'It could not be established that the assertion was not presented before.',
    remedy: 'Repair the replay store; nobody can sign in without it.',
  },
  'relay-state.invalid': {
    meaning:
      'A RelayState is empty, too long, or holds a character that a binding would not carry.',
    remedy: 'Use an opaque identifier of at most 80 bytes.',
  },
  'redirect.invalid': {
    meaning: 'The query of an HTTP-Redirect message is not what the binding allows.',
    remedy: 'The sender must encode each SAML parameter once, by DEFLATE and canonical base64.',
  },
  'post.invalid': {
    meaning: 'The form of an HTTP-POST message is not what the binding allows.',
    remedy: 'The sender must put the base64 of the XML into one field.',
  },
  'request.malformed': {
    meaning: 'A part of an AuthnRequest is missing, repeated, out of order or not of its type.',
    remedy: 'The service provider must send a request that is valid by the SAML schema.',
  },
  'request.unsupported': {
    meaning:
      'An AuthnRequest asks for something that is not supported and must not be passed over.',
    remedy: 'Let the service provider ask with a NameID in the clear, or without a Subject.',
  },
  'request.version': {
    meaning: 'An AuthnRequest has another SAML version than 2.0.',
    remedy: 'The service provider must use SAML 2.0.',
  },
  'request.issuer': {
    meaning: 'An AuthnRequest names an issuer that is not a known service provider.',
    remedy: 'Load the metadata of this service provider, or correct its entity ID.',
  },
  'request.destination': {
    meaning: 'An AuthnRequest was made for another endpoint, or is signed and names none.',
    remedy: 'Correct the single sign-on URL that the service provider uses.',
  },
  'request.time': {
    meaning: 'The IssueInstant of an AuthnRequest is too far from now.',
    remedy: 'Start the sign-in again; if it recurs, compare the clocks of both sides.',
  },
  'request.signature': {
    meaning:
      'An AuthnRequest lacks a signature that is required, or is signed in a place that its binding forbids.',
    remedy: 'Let the service provider sign its requests as the binding says.',
  },
  'request.replayed': {
    meaning: 'An AuthnRequest was received before.',
    remedy: 'Start the sign-in again from the service provider.',
  },
  'request.replay-store': {
    meaning: 'It could not be established that an AuthnRequest was not received before.',
    remedy: 'Repair the replay store; no request is taken without it.',
  },
  'request.acs': {
    meaning:
      'An AuthnRequest asks for an answer at an endpoint that the service provider has not registered.',
    remedy: 'Register the endpoint in the metadata of the service provider.',
  },
  'request.name-id-policy': {
    meaning: 'An AuthnRequest asks for a name identifier that cannot be given.',
    remedy:
      'Let the service provider ask for a format that the identity provider has, in its own namespace.',
  },
  'request.authn-context': {
    meaning: 'An AuthnRequest asks for an authentication that was not, or cannot be, made.',
    remedy: 'Authenticate the person in a way that the request accepts, or change what it asks.',
  },
  'logout.malformed': {
    meaning: 'A part of a logout message is missing, repeated, out of order or not of its type.',
    remedy: 'The sender must send a message that is valid by the SAML schema.',
  },
  'logout.version': {
    meaning: 'A logout message has another SAML version than 2.0.',
    remedy: 'The sender must use SAML 2.0.',
  },
  'logout.issuer': {
    meaning: 'A logout message names an issuer that is not the expected or a known one.',
    remedy: 'Load the metadata of the sender, or correct its entity ID.',
  },
  'logout.destination': {
    meaning: 'A logout message was made for another endpoint, or names none where it must.',
    remedy: 'Correct the single logout URL that the sender uses.',
  },
  'logout.time': {
    meaning: 'The IssueInstant of a logout message is too far from now.',
    remedy: 'Start the logout again; if it recurs, compare the clocks of both sides.',
  },
  'logout.expired': {
    meaning: 'The NotOnOrAfter of a LogoutRequest has passed.',
    remedy: 'Start the logout again; if it recurs, compare the clocks of both sides.',
  },
  'logout.signature': {
    meaning:
      'A logout message is not signed, or is signed in a place that its binding forbids. One without signature ends nothing.',
    remedy: 'Let the sender sign the message itself, as the binding says.',
  },
  'logout.subject': {
    meaning: 'A LogoutRequest does not name exactly one principal.',
    remedy: 'Ask the sender for one NameID that is not empty.',
  },
  'logout.in-response-to': {
    meaning: 'A LogoutResponse answers another request than the one that was sent.',
    remedy: 'Start the logout again from here.',
  },
  'logout.replayed': {
    meaning: 'A LogoutRequest was received before.',
    remedy: 'Start the logout again; a repeated request may be an attack.',
  },
  'logout.replay-store': {
    meaning: 'It could not be established that a LogoutRequest was not received before.',
    remedy: 'Repair the replay store; no logout is taken without it.',
  },
  'logout.endpoint': {
    meaning: 'The peer has registered no single logout endpoint of a usable binding.',
    remedy: 'Register one in the metadata of the peer; nothing is sent to any other address.',
  },
  'soap.invalid': {
    meaning: 'A SOAP envelope is not what the SAML SOAP binding allows.',
    remedy:
      'The sender must use SOAP 1.1 with one Body that holds the message alone, and no header that must be understood.',
  },
  'soap.fault': {
    meaning: 'The peer answered with a SOAP fault instead of a SAML message.',
    remedy: 'Look in the log of the peer for the reason that the message names.',
  },
  'metadata.malformed': {
    meaning: 'A part of a metadata document is missing, repeated or not of its type.',
    remedy: 'Get a document that is valid by the SAML metadata schema.',
  },
  'metadata.expired': {
    meaning: 'A metadata document, or every entity in it, is past its validUntil.',
    remedy: 'Get the current document from its publisher.',
  },
  'metadata.signature': {
    meaning: 'A part of a metadata document must be signed by a pinned key and is not signed.',
    remedy: 'Get the signed document, or check the pinned key with its publisher.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>

/** A code of `samlErrors`. */
export type SamlErrorCode = keyof typeof samlErrors

/** What a `SamlError` says about the failed check. Never a secret. */
export interface SamlErrorDetails {
  readonly check: string
  readonly expected?: string
  readonly received?: string
  /** What was thrown by something that the caller gave. */
  readonly cause?: unknown
}

/** A refusal: `code` says which kind, `check` which check failed, `expected` and `received` what differed. */
export class SamlError extends Error {
  readonly code: SamlErrorCode
  readonly check: string
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(code: SamlErrorCode, details: SamlErrorDetails) {
    const { check } = details
    const expected = shown(details.expected)
    const received = shown(details.received)
    const parts = [`${code}: ${check}`]
    if (expected !== undefined) parts.push(`expected ${expected}`)
    if (received !== undefined) parts.push(`received ${received}`)
    super(
      `${parts.join('; ')}. ${samlErrors[code].remedy}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    )
    this.name = 'SamlError'
    this.code = code
    this.check = check
    this.expected = expected
    this.received = received
  }
}

const maxShown = 200

/** What came may be hostile: it is cut, and what could forge a line of a log or a terminal goes. */
function shown(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (value === '') return 'an empty text'
  const text = value.length > maxShown ? `${value.slice(0, maxShown)}…` : value
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD')
}
