import type { AwsState } from '../aws-state.ts'
import type { Parameters } from '../query/parameters.ts'
import type { XmlContent } from '../query/xml.ts'
import type { RequestCaller } from '../sts/caller-of.ts'
import type { SamlProviders } from './saml-providers.ts'

/** What the operations of IAM work on. */
export interface IamState extends AwsState {
  readonly samlProviders: SamlProviders
  /** When this AWS began: the creation of everything that the world file has. */
  readonly began: Date
}

/** One operation. They throw `Fault` to refuse. */
export type IamOperation = (
  state: IamState,
  parameters: Parameters,
  caller: RequestCaller,
) => XmlContent | undefined
