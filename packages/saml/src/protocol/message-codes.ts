import type { SamlErrorCode } from '../errors.ts'

/** The codes with which the checks that all messages have in common refuse one kind of message. */
export interface MessageCodes {
  readonly malformed: SamlErrorCode
  readonly version: SamlErrorCode
  readonly issuer: SamlErrorCode
  readonly destination: SamlErrorCode
  readonly time: SamlErrorCode
  readonly signature: SamlErrorCode
  readonly replayed: SamlErrorCode
  readonly replayStore: SamlErrorCode
}

/** Codes of an AuthnRequest. */
export const authnRequestCodes: MessageCodes = {
  malformed: 'request.malformed',
  version: 'request.version',
  issuer: 'request.issuer',
  destination: 'request.destination',
  time: 'request.time',
  signature: 'request.signature',
  replayed: 'request.replayed',
  replayStore: 'request.replay-store',
}

/** Codes of a LogoutRequest and a LogoutResponse. */
export const logoutCodes: MessageCodes = {
  malformed: 'logout.malformed',
  version: 'logout.version',
  issuer: 'logout.issuer',
  destination: 'logout.destination',
  time: 'logout.time',
  signature: 'logout.signature',
  replayed: 'logout.replayed',
  replayStore: 'logout.replay-store',
}
