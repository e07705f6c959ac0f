import type { LoadedWorld } from '../world/loaded.ts'
import type { Caller } from './caller.ts'
import type { Parameters } from './parameters.ts'
import type { SamlLogin } from './saml-login.ts'
import type { Sessions } from './sessions.ts'
import type { XmlContent } from './xml.ts'

/** What the operations of STS work on. */
export interface StsState {
  readonly world: LoadedWorld
  readonly sessions: Sessions
  readonly samlLogin: SamlLogin
  readonly now: () => Date
}

/** One operation. Signed ones get the verified caller. They throw `Fault` to refuse. */
export type Operation =
  | {
      readonly signed: true
      run(state: StsState, parameters: Parameters, caller: Caller): XmlContent | Promise<XmlContent>
    }
  | {
      readonly signed: false
      run(state: StsState, parameters: Parameters): XmlContent | Promise<XmlContent>
    }
