import type { AwsState } from '../aws-state.ts'
import type { SamlProviders } from '../iam/saml-providers.ts'
import type { Parameters } from '../query/parameters.ts'
import type { XmlContent } from '../query/xml.ts'
import type { AuthorizationMessages } from './authorization-message.ts'
import type { RequestCaller } from './caller-of.ts'
import type { SamlLogin } from './saml-login.ts'
import type { SecondFactors } from './totp.ts'
import type { WebIdentities } from './web-identity.ts'

/** What the operations of STS work on. */
export interface StsState extends AwsState {
  readonly samlProviders: SamlProviders
  readonly samlLogin: SamlLogin
  readonly secondFactors: SecondFactors
  readonly webIdentities: WebIdentities
  readonly authorizationMessages: AuthorizationMessages
}

/** One operation. Signed ones get the verified caller. They throw `Fault` to refuse. */
export type Operation =
  | {
      readonly signed: true
      run(
        state: StsState,
        parameters: Parameters,
        caller: RequestCaller,
      ): XmlContent | Promise<XmlContent>
    }
  | {
      readonly signed: false
      run(state: StsState, parameters: Parameters): XmlContent | Promise<XmlContent>
    }
