import type { AwsState } from '../aws-state.ts'
import type { Incoming } from '../http/exchange.ts'
import type { LoadedIdentityCenter } from '../world/loaded.ts'
import type { SsoGrants } from './grants.ts'

/** What the operations of Identity Center work on. */
export interface SsoState extends AwsState {
  readonly center: LoadedIdentityCenter
  readonly grants: SsoGrants
  /** Of the AWS side. */
  readonly origin: string
}

/** A request, as far as operations look at it. */
export interface SsoRequest {
  readonly body: Readonly<Record<string, unknown>>
  readonly query: URLSearchParams
  readonly headers: Incoming['headers']
}

/** One operation: gives the JSON answer. They throw `SsoFault` to refuse. */
export type SsoOperation = (state: SsoState, request: SsoRequest) => unknown
