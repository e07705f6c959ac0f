/**
 * Why the gateway itself refuses a sign-in, besides what the SAML core refuses. These codes stand
 * in the audit log; the person sees one and the same page for all of them.
 */
export const signInRefusals = {
  'relay-state-missing': {
    meaning: 'The response came without the RelayState that the request was sent with.',
    remedy:
      'Let the identity provider return RelayState unchanged, or set `allowUnsolicited` for responses that it starts itself.',
  },
  'request-unknown': {
    meaning: 'No sign-in waits under this RelayState: it was answered before, or never started.',
    remedy: 'Start the sign-in again at the gateway.',
  },
  'request-expired': {
    meaning: 'The sign-in was started too long ago.',
    remedy: 'Start the sign-in again at the gateway.',
  },
  'other-browser': {
    meaning: 'The response came from another browser than the one that started the sign-in.',
    remedy:
      'Start the sign-in again; let the browser keep the gateway’s cookies. Several of these can be an attack.',
  },
  'response-missing': {
    meaning: 'The form has no SAMLResponse, or more than one.',
    remedy: 'Let the identity provider answer by the HTTP-POST binding.',
  },
  'username-missing': {
    meaning: 'The assertion does not say the username exactly once.',
    remedy: 'Let the provider send the attribute of `attributes.username` with one value.',
  },
  'username-transient': {
    meaning: 'The NameID is transient: it names another person each time.',
    remedy:
      'Let the provider send a lasting NameID, or name an attribute in `attributes.username`.',
  },
  'identity-text': {
    meaning:
      'A username or group holds control, bidirectional or invisible characters, is empty or too long.',
    remedy: 'Correct the value at the identity provider.',
  },
  'too-many-values': {
    meaning: 'The assertion has more attributes or groups than the gateway takes.',
    remedy: 'Let the provider send only the groups that the grants name.',
  },
  'logout-unknown': {
    meaning: 'No sign-out waits for this answer: it was answered before, or never started.',
    remedy: 'Let the identity provider return RelayState unchanged, within ten minutes.',
  },
  'proxy-unproven': {
    meaning:
      'The request came from the address of a trusted proxy, without the proof that it must have.',
    remedy:
      'Let the proxy send the secret of `signIn.headers`, or show its client certificate; several of these can be an attack.',
  },
  'header-refused': {
    meaning: 'A header of a trusted proxy cannot be taken: empty, twice, or not what it must be.',
    remedy:
      'Let the proxy remove these headers from what clients send, and set each of them once or not at all.',
  },
  'header-ignored': {
    meaning: 'A header that says who somebody is came from an address that is no trusted proxy.',
    remedy:
      'If it is the proxy, add its address to `from` of the source; else somebody tries to be another.',
  },
  'groups-unavailable': {
    meaning: 'A source of groups could not tell in which groups the person is.',
    remedy: 'Check the source that `groupsFrom` names; nobody is let in with half of the groups.',
  },
  'account-disabled': {
    meaning: 'The directory has the account disabled, locked or expired.',
    remedy: 'Enable the account in the directory, if the person is to sign in.',
  },
  'entry-ambiguous': {
    meaning: 'More than one entry of the directory has this username.',
    remedy:
      'Choose an attribute that names one entry in `users.attribute`, or narrow `users.base` and `users.filter`.',
  },
  'source-unknown': {
    meaning: 'No source of this name takes a password.',
    remedy: 'Name one of the configured sources.',
  },
  'password-wrong': {
    meaning: 'No such user, a wrong password, or a disabled user.',
    remedy: '`rolecall user passwd NAME` sets a new password.',
  },
  'password-off': {
    meaning: 'Sign-in with a password is switched off.',
    remedy: 'Set `signIn.password: true`, or sign in with an identity provider.',
  },
  'machine-off': {
    meaning: 'No machine may sign in.',
    remedy: 'Set `signIn.machines`.',
  },
  'machine-address': {
    meaning: 'The address that asks may not be a machine’s.',
    remedy:
      'Add its network to `signIn.machines.networks`. A proxy in front that passes machines on must send X-Forwarded-For and stand in `listen.trustedProxies`.',
  },
  'machine-name': {
    meaning: 'The address has no PTR record with a host name in one of the domains.',
    remedy:
      'Let the reverse zone name the host, and `signIn.machines.domains` what follows the first dot of that name.',
  },
  'machine-unconfirmed': {
    meaning:
      'The domain does not confirm the PTR name: its own records lack the address, or a wildcard gives it to every name.',
    remedy:
      'Give the host an A or AAAA record with the address that it asks from. Several of these can be an attack through the reverse zone.',
  },
  'machine-ambiguous': {
    meaning: 'The address has several names, and the domains confirm more than one.',
    remedy: 'Keep one PTR record for the address.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>

/** One of the codes of `signInRefusals`. */
export type SignInRefusalCode = keyof typeof signInRefusals

/** A sign-in that the gateway refuses. Never shown to the person: it goes to the audit log. */
export class SignInRefusal extends Error {
  readonly code: SignInRefusalCode
  readonly check: string
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(
    code: SignInRefusalCode,
    facts: { check: string; expected?: string; received?: string },
  ) {
    super(signInRefusals[code].meaning)
    this.name = 'SignInRefusal'
    this.code = code
    this.check = facts.check
    this.expected = facts.expected
    this.received = facts.received
  }
}

/** What a source refused, or how it failed, with its id. */
export class RefusedBy extends Error {
  readonly source: string

  constructor(source: string, cause: unknown) {
    super(`refused by ${source}`, { cause })
    this.name = 'RefusedBy'
    this.source = source
  }
}
