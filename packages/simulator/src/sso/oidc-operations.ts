import { SsoFault } from './fault.ts'
import { deviceSeconds, pollSeconds } from './grants.ts'
import type { SsoOperation } from './operation.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** `RegisterClient`, IAM Identity Center OIDC API reference. */
export const registerClient: SsoOperation = ({ grants, origin }, { body }) => {
  text(body, 'clientName')
  if (text(body, 'clientType') !== 'public') {
    const message = 'clientType must be public'
    throw new SsoFault(400, 'InvalidClientMetadataException', 'invalid_client_metadata', message)
  }
  const { scopes = [] } = body
  const isList = Array.isArray(scopes) && scopes.length <= 100
  if (!isList || !scopes.every(scope => typeof scope === 'string' && scope.length <= 256)) {
    throw new SsoFault(400, 'InvalidScopeException', 'invalid_scope', 'scopes is a list of strings')
  }
  const client = grants.register(scopes)
  return {
    clientId: client.id,
    clientSecret: client.secret,
    clientIdIssuedAt: Math.floor(client.issuedAt / 1000),
    clientSecretExpiresAt: Math.floor(client.expiresAt / 1000),
    tokenEndpoint: `${origin}/token`,
  }
}

/** `StartDeviceAuthorization`: for the start URL of this Identity Center only. */
export const startDeviceAuthorization: SsoOperation = ({ grants, origin, center }, { body }) => {
  const startUrl = text(body, 'startUrl').replace(/\/?(?:#\/?)?$/, '')
  if (startUrl !== center.startUrl.replace(/\/?(?:#\/?)?$/, '')) {
    throw invalidRequest(`startUrl is not ${center.startUrl}`)
  }
  const device = grants.startDevice(text(body, 'clientId'), text(body, 'clientSecret'))
  return {
    deviceCode: device.deviceCode,
    userCode: device.userCode,
    verificationUri: `${origin}/device`,
    verificationUriComplete: `${origin}/device?user_code=${device.userCode}`,
    expiresIn: deviceSeconds,
    interval: pollSeconds,
  }
}

/** `CreateToken`, by device code or refresh token. */
export const createToken: SsoOperation = ({ grants }, { body }) => {
  const client = [text(body, 'clientId'), text(body, 'clientSecret')] as const
  switch (text(body, 'grantType')) {
    case deviceGrant:
      return grants.redeemDevice(...client, text(body, 'deviceCode'))
    case 'refresh_token':
      return grants.refresh(...client, text(body, 'refreshToken'))
    default: {
      const message = `The simulator knows ${deviceGrant} and refresh_token`
      throw new SsoFault(400, 'UnsupportedGrantTypeException', 'unsupported_grant_type', message)
    }
  }
}

const maxText = 4096

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  if (typeof value === 'string' && value !== '' && value.length <= maxText) return value
  throw invalidRequest(`${name} is missing or not a string of at most ${maxText} characters`)
}

const invalidRequest = (message: string) =>
  new SsoFault(400, 'InvalidRequestException', 'invalid_request', message)
