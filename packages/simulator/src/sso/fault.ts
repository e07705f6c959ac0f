/** An error of the sso and sso-oidc APIs: the name in a header, OAuth's code (RFC 6749, 5.2) or a message in the body. */
export class SsoFault extends Error {
  readonly status: number
  /** `AuthorizationPendingException` and its like. */
  readonly type: string
  /** OAuth's; `undefined` for the portal's errors, which have none. */
  readonly oauthCode: string | undefined

  constructor(status: number, type: string, oauthCode: string | undefined, message: string) {
    super(message)
    this.name = 'SsoFault'
    this.status = status
    this.type = type
    this.oauthCode = oauthCode
  }
}
