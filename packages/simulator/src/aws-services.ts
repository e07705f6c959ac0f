import type { AwsState } from './aws-state.ts'
import { ec2Service } from './ec2/service.ts'
import { createSamlProviders } from './iam/saml-providers.ts'
import { iamService } from './iam/service.ts'
import type { Issuer } from './oidc/issuer.ts'
import { oidcService } from './oidc/service.ts'
import { organizationsService } from './organizations/service.ts'
import type { Service } from './service.ts'
import { createConsoleSessions } from './signin/console-sessions.ts'
import { signinService } from './signin/service.ts'
import { identityCenterService } from './sso/service.ts'
import { createAuthorizationMessages } from './sts/authorization-message.ts'
import { stsService } from './sts/handle.ts'
import { createSamlLogin } from './sts/saml-login.ts'
import { createSecondFactors } from './sts/totp.ts'
import { createWebIdentities } from './sts/web-identity.ts'

/** The services of the simulated AWS, in the order in which they are asked. Throws `SimulatorError`. */
export function createAwsServices(options: {
  readonly state: AwsState
  readonly issuer: Issuer
  /** Metadata of the simulator's own IdPs by the name that providers in the world have it under: `idp`. */
  readonly ownMetadata: ReadonlyMap<string, string>
  /** Of the AWS side. */
  readonly origin: string
}): readonly Service[] {
  const { state, issuer, ownMetadata, origin } = options
  const { world, sessions, now } = state
  const samlProviders = createSamlProviders({ world, ownMetadata, now })
  const sts = {
    ...state,
    samlProviders,
    samlLogin: createSamlLogin({ ownAcs: `${origin}/saml` }),
    secondFactors: createSecondFactors(now),
    webIdentities: createWebIdentities({ world, ownKeys: issuer.jwks }),
    authorizationMessages: createAuthorizationMessages(now),
  }
  return [
    organizationsService(state),
    iamService({ ...state, samlProviders, began: now() }),
    ec2Service(sts),
    signinService({ sessions, consoles: createConsoleSessions(now), origin, now }),
    oidcService(issuer, origin),
    identityCenterService(state, origin),
    // Last of those at the root: STS is who is left.
    stsService(sts),
  ]
}
