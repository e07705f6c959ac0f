import { randomBytes, randomInt } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import { equalTexts } from '../equal-texts.ts'
import type { Person } from '../world/loaded.ts'
import { SsoFault } from './fault.ts'

/** A program that registered. */
interface Client {
  readonly id: string
  readonly secret: string
  readonly scopes: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A sign-in that a person has yet to allow in a browser (RFC 8628). */
interface DeviceGrant {
  readonly clientId: string
  readonly deviceCode: string
  readonly userCode: string
  readonly expiresAt: number
  readonly polledAt: number
  readonly answer: 'waiting' | 'refused' | Person
}

interface Refresh {
  readonly clientId: string
  readonly person: Person
  readonly expiresAt: number
}

/** What `/token` gives. */
export interface TokenAnswer {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken?: string
}

/** Registered clients, device sign-ins and tokens of one simulator. Times in milliseconds. */
export interface SsoGrants {
  register(scopes: readonly string[]): Client
  /** Throws `SsoFault`. */
  startDevice(clientId: string, clientSecret: string): DeviceGrant
  findDevice(userCode: string): DeviceGrant | undefined
  /** A person's answer, once. */
  answerDevice(userCode: string, answer: Person | 'refused'): void
  /** Throws `SsoFault`: pending, slow down, denied, expired. */
  redeemDevice(clientId: string, clientSecret: string, deviceCode: string): TokenAnswer
  /** Throws `SsoFault`. A refresh token is good once: its successor comes with the answer. */
  refresh(clientId: string, clientSecret: string, refreshToken: string): TokenAnswer
  /** Whose access token it is, while it lasts. */
  personOf(accessToken: string): Person | undefined
  /** Ends an access token. */
  end(accessToken: string): void
}

/** Seconds between two polls, and until a device code ends. */
export const pollSeconds = 1
export const deviceSeconds = 600
const registrationMs = 90 * 24 * 3600 * 1000
/** Clients with scopes get short tokens and refresh them; the older kind of profile has eight hours and no refresh. */
const scopedSeconds = 3600
const legacySeconds = 8 * 3600
const refreshMs = 8 * 3600 * 1000
const maxEntries = 10_000
/** How much earlier than the interval a poll may come: clocks and networks are not exact. */
const toleranceMs = 200

const letters = 'BCDFGHJKLMNPQRSTVWXZ'
const secret = (): string => randomBytes(32).toString('base64url')

/** Opens the store. */
export function createSsoGrants(now: () => Date): SsoGrants {
  const clients = boundedMap<Client>(maxEntries)
  const devices = boundedMap<DeviceGrant>(maxEntries)
  const userCodes = boundedMap<string>(maxEntries)
  const accessTokens = boundedMap<{ readonly person: Person; readonly expiresAt: number }>(
    maxEntries,
  )
  const refreshTokens = boundedMap<Refresh>(maxEntries)

  const clientOf = (id: string, given: string): Client => {
    const client = clients.get(id)
    const isRight = client !== undefined && equalTexts(client.secret, given)
    if (!isRight || client.expiresAt <= now().getTime()) {
      throw new SsoFault(401, 'InvalidClientException', 'invalid_client', 'Invalid client provided')
    }
    return client
  }
  const tokensFor = (client: Client, person: Person): TokenAnswer => {
    const accessToken = secret()
    const isScoped = client.scopes.length > 0
    const expiresIn = isScoped ? scopedSeconds : legacySeconds
    const time = now().getTime()
    accessTokens.set(accessToken, { person, expiresAt: time + expiresIn * 1000 })
    if (!isScoped) return { accessToken, tokenType: 'Bearer', expiresIn }
    const refreshToken = secret()
    const expiresAt = time + refreshMs
    refreshTokens.set(refreshToken, { clientId: client.id, person, expiresAt })
    return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken }
  }
  const findDevice = (userCode: string): DeviceGrant | undefined => {
    const device = devices.get(userCodes.get(userCode) ?? '')
    return device !== undefined && device.expiresAt > now().getTime() ? device : undefined
  }
  return {
    register(scopes) {
      const issuedAt = now().getTime()
      const expiresAt = issuedAt + registrationMs
      const client = { id: secret(), secret: secret(), scopes, issuedAt, expiresAt }
      clients.set(client.id, client)
      return client
    },
    startDevice(clientId, clientSecret) {
      const client = clientOf(clientId, clientSecret)
      const device: DeviceGrant = {
        clientId: client.id,
        deviceCode: secret(),
        userCode: [4, 4]
          .map(length => Array.from({ length }, () => letters[randomInt(letters.length)]).join(''))
          .join('-'),
        expiresAt: now().getTime() + deviceSeconds * 1000,
        polledAt: Number.NEGATIVE_INFINITY,
        answer: 'waiting',
      }
      devices.set(device.deviceCode, device)
      userCodes.set(device.userCode, device.deviceCode)
      return device
    },
    findDevice,
    answerDevice(userCode, answer) {
      const device = findDevice(userCode)
      if (device?.answer === 'waiting') devices.set(device.deviceCode, { ...device, answer })
    },
    redeemDevice(clientId, clientSecret, deviceCode) {
      const client = clientOf(clientId, clientSecret)
      const device = devices.get(deviceCode)
      const time = now().getTime()
      if (device === undefined || device.clientId !== client.id) throw invalidGrant()
      if (device.expiresAt <= time) {
        const text = 'The device code has expired'
        throw new SsoFault(400, 'ExpiredTokenException', 'expired_token', text)
      }
      if (time < device.polledAt + pollSeconds * 1000 - toleranceMs) {
        throw new SsoFault(400, 'SlowDownException', 'slow_down', 'Slow down polling')
      }
      if (device.answer === 'waiting') {
        devices.set(deviceCode, { ...device, polledAt: time })
        const text = 'The person has not allowed it yet'
        throw new SsoFault(400, 'AuthorizationPendingException', 'authorization_pending', text)
      }
      devices.delete(deviceCode)
      userCodes.delete(device.userCode)
      if (device.answer === 'refused') {
        throw new SsoFault(400, 'AccessDeniedException', 'access_denied', 'The person said no')
      }
      return tokensFor(client, device.answer)
    },
    refresh(clientId, clientSecret, refreshToken) {
      const client = clientOf(clientId, clientSecret)
      const held = refreshTokens.get(refreshToken)
      if (held?.clientId !== client.id || held.expiresAt <= now().getTime()) throw invalidGrant()
      refreshTokens.delete(refreshToken)
      return tokensFor(client, held.person)
    },
    personOf(accessToken) {
      const held = accessTokens.get(accessToken)
      return held !== undefined && held.expiresAt > now().getTime() ? held.person : undefined
    },
    end(accessToken) {
      accessTokens.delete(accessToken)
    },
  }
}

const invalidGrant = () =>
  new SsoFault(400, 'InvalidGrantException', 'invalid_grant', 'Invalid grant provided')
