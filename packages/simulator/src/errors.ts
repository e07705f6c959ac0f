/** The closed set of reasons for which the simulator itself refuses something. AWS's own wire errors are not in this table: they are AWS's (see `query/fault.ts`). */
export const simulatorErrors = {
  world_unreadable: {
    meaning: 'The world file, or a file that it names, cannot be read or is not valid YAML.',
    remedy: 'Check the path and the YAML syntax at the place that the message names.',
  },
  world_invalid: {
    meaning: 'The world has values that AWS or the simulator would not accept.',
    remedy: 'Correct each problem of the list; each names its key, its value and what to write.',
  },
  listen_failed: {
    meaning: 'The simulator cannot listen on the address and port asked for.',
    remedy: 'Choose another port, or 0 for any free one.',
  },
  fault_invalid: {
    meaning: 'A fault that the simulator was asked for is not one that it can make.',
    remedy: 'Correct what the message names; the README of the simulator lists what a fault has.',
  },
  service_provider_invalid: {
    meaning: 'The metadata given to the company IdP does not describe a SAML service provider.',
    remedy: 'Pass SAML metadata with an SPSSODescriptor that has an HTTP-POST assertion consumer.',
  },
  request_invalid: {
    meaning: 'The company IdP received a SAML request that it cannot read or that has gone stale.',
    remedy: 'Start again at the page that sent you; check its clock and its binding.',
  },
  service_provider_unknown: {
    meaning: 'The company IdP does not know the service provider that sent the SAML request.',
    remedy:
      'Register its metadata: `idp.serviceProviders` of the world file, or `trustServiceProvider(metadataXml)`.',
  },
  acs_unknown: {
    meaning: 'The SAML request asks for an answer at an address that the metadata does not list.',
    remedy: 'List the assertion consumer URL in the metadata of the service provider.',
  },
  token_invalid: {
    meaning: 'The simulator cannot mint a web identity token as asked.',
    remedy:
      'Ask for an issuer of `oidcProviders` whose `jwks` is `simulator`, an algorithm that STS takes, and claims that are JSON.',
  },
  visit_failed: {
    meaning:
      'The visitor got no page: no answer in time, too many redirects, or a page that is too long.',
    remedy:
      'Look at the address and reason in the message; `createVisitor` takes `timeoutMs`, `maxRedirects`, `maxBodyBytes`.',
  },
  form_missing: {
    meaning: 'The page does not have exactly one form of the kind that was looked for.',
    remedy:
      'Look at the page: it may be a refusal. Of several forms, name a field of the right one to `readForm`.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>

/** One of the codes of `simulatorErrors`. */
export type SimulatorErrorCode = keyof typeof simulatorErrors

/** One thing wrong with a world: where it stands, what stands there, what to write instead. */
export interface Problem {
  /** The world file, or `world` when the world was passed as an object. */
  readonly file: string
  /** Dotted path of the key: `accounts.0.roles.2.trust`. */
  readonly key: string
  /** The value as JSON, shortened; `[redacted]` for passwords and secret keys. */
  readonly value: string
  readonly message: string
  readonly remedy: string
}

/** What the simulator throws. `code` is a row of `simulatorErrors`; `problems` is filled for `world_invalid`. */
export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode
  readonly problems: readonly Problem[]

  constructor(
    code: SimulatorErrorCode,
    message: string,
    options: { problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SimulatorError'
    this.code = code
    this.problems = options.problems ?? []
  }
}
