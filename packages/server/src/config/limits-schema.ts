import { z } from 'zod'

const perMinute = (count: number, what: string) =>
  z.number().int().min(1).max(1_000_000).default(count).describe(`${what} in a minute.`)

/** `limits` */
export const limitsSchema = z.strictObject({
  signInPerAddress: perMinute(
    600,
    'Sign-ins without a password, and SAML messages, from one address',
  ),
  passwordsPerAddress: perMinute(30, 'Passwords tried from one address'),
  passwordsPerUsername: perMinute(
    20,
    'Passwords tried for one username, over five minutes; a tenth of it from one address',
  ),
  deliveryPerPrincipal: perMinute(120, 'Roles that one person or machine takes'),
  deliveryPerAddress: perMinute(1200, 'Roles taken from one address'),
  apiPerPrincipal: perMinute(1200, 'Requests to the API by one person or machine'),
  apiPerAddress: perMinute(6000, 'Requests to the API from one address'),
})
