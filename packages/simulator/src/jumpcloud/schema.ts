import { z } from 'zod'

const email = z.string().regex(/^[^\s@]{1,64}@[^\s@]{1,190}$/, 'not an email address')
const arn = z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:[\w+=,.@/-]+$/, 'not an ARN of IAM')
const origin = z.string().regex(/^https?:\/\/[a-z0-9.:[\]-]+$/, 'an origin: https://host, no path')
/** How somebody answers on their phone; `asks` waits for the control endpoint. */
const answer = z.enum(['asks', 'accepted', 'denied', 'expired'])

const person = z.strictObject({
  email,
  username: z.string().min(1).max(256).optional(),
  password: z.string().min(1).max(256),
  state: z
    .enum(['active', 'locked', 'suspended', 'passwordExpired', 'throttled'])
    .default('active'),
  /** The seed of the one-time passwords, in base32; each is taken once. */
  totp: z
    .string()
    .regex(/^[A-Z2-7]{16,128}=*$/, 'a seed has 16 to 128 of A-Z and 2-7 (base32)')
    .optional(),
  /** JumpCloud Protect. */
  push: answer.optional(),
  duo: z
    .strictObject({
      push: answer.default('accepted'),
      passcode: z.string().min(1).max(64).optional(),
      /** `universal`: the newer prompt, which works in a browser only. */
      prompt: z.enum(['frame', 'universal']).default('frame'),
    })
    .optional(),
  securityKeys: z
    .array(
      z.strictObject({
        /** Of the credential, unpadded base64url. */
        id: z.string().regex(/^[\w-]{1,1400}$/, 'not base64url'),
        /** PEM, of an EC key on P-256. */
        publicKey: z.string().min(1).max(4096),
      }),
    )
    .max(20)
    .default([]),
  /** Factors that the person has not, told as `unavailable`. */
  unavailable: z.array(z.enum(['totp', 'webauthn', 'push', 'duo'])).default([]),
})

const application = z.strictObject({
  /** The end of its address: `/saml2/NAME`. */
  name: z.string().regex(/^[\w-]{1,128}$/, 'letters, digits, _ and -'),
  label: z.string().min(1).max(256),
  active: z.boolean().default(true),
  /** `bookmark`: a link, no sign-on. */
  type: z.enum(['saml', 'bookmark']).default('saml'),
  roles: z.array(z.strictObject({ role: arn, provider: arn })).default([]),
  /** Seconds. */
  sessionDuration: z.int().min(900).max(43_200).optional(),
  /** Who has it; everybody when left out. */
  people: z.array(email).optional(),
  /** A policy in the way: an error of the sign-in page, or the address that it leads to instead. */
  policy: z
    .union([
      z.strictObject({ error: z.string().regex(/^\d{1,6}$/, 'digits') }),
      z.strictObject({ leadsTo: z.string().regex(/^https?:\/\/[!-~]+$/, 'an address') }),
    ])
    .optional(),
})

/** A tenant of JumpCloud. */
export const jumpCloudSchema = z.strictObject({
  people: z.array(person).max(10_000).default([]),
  applications: z.array(application).max(1000).default([]),
  /** `userVerification` of its security keys. */
  userVerification: z.enum(['required', 'preferred', 'discouraged']).default('preferred'),
  /** The status that asks for a second factor. */
  factorStatus: z.union([z.literal(401), z.literal(200)]).default(401),
  /** Every request gets a web page instead of an answer. */
  outage: z.boolean().default(false),
  /** Where its visitors believe to be, when a proxy stands before it. */
  consoleUrl: origin.optional(),
  ssoUrl: origin.optional(),
})

export type JumpCloudDocument = z.output<typeof jumpCloudSchema>
export type JumpCloudPerson = JumpCloudDocument['people'][number]
