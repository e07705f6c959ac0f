/**
 * The shapes of the HTTP API, once: the routes check what leaves with them, OpenAPI is made from
 * them, the portal takes its types from them.
 */
import { z } from 'zod'
import { localSource } from '../nouns.ts'

/** Every answer of the API with a status of 400 or above. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    /** What to do next. */
    hint: z.string().optional(),
    /** Finds the audit event. */
    eventId: z.string().optional(),
  }),
})

/** GET /api/v1/signin: what the sign-in page offers. */
export const signInWay = z.discriminatedUnion('kind', [
  /** A link: another page knows who the person is. */
  z.object({ kind: z.literal('redirect'), id: z.string(), title: z.string(), href: z.string() }),
  /** A form: POST /api/v1/signin/password with this id as `source`. */
  z.object({ kind: z.literal('password'), id: z.string(), title: z.string() }),
])
export const signInOptions = z.object({
  title: z.string(),
  /** Whether an e-mail address tells the way. */
  asksEmail: z.boolean(),
  /** In the order of the configuration. */
  ways: z.array(signInWay),
})

/** POST /api/v1/signin/email: the way of an e-mail address. */
export const emailSignIn = z.strictObject({
  email: z.string().min(1).max(254),
  next: z.string().max(2048).optional(),
})

/** POST /api/v1/signin/password */
export const passwordSignIn = z.strictObject({
  /** Of the way; default: the local users. */
  source: z.string().max(32).default(localSource),
  username: z.string().min(1).max(256),
  // In bytes too, as passwords are bounded where they are checked.
  password: z
    .string()
    .min(1)
    .max(1024)
    .refine(text => new TextEncoder().encode(text).length <= 1024, 'at most 1024 bytes'),
  next: z.string().max(2048).optional(),
})
/** Where the browser goes next: a path of ours. */
export const signedIn = z.object({ location: z.string() })

/** POST /api/v1/signout: with a location, the browser goes there to sign out at the provider too. */
export const signedOut = z.object({ location: z.string().optional() })

/** GET /api/v1/me */
export const me = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  email: z.string().optional(),
  source: z.string(),
  groups: z.array(z.string()),
  authenticatedAt: z.iso.datetime(),
  /** Absent when a proxy says with each request who it is. */
  expiresAt: z.iso.datetime().optional(),
  title: z.string(),
})

/** One role of an account. */
export const roleView = z.object({
  name: z.string(),
  arn: z.string(),
  /** Where the console opens, and the region of both, when the grant says so. */
  destination: z.string().optional(),
  region: z.string().optional(),
  grant: z.string(),
  reason: z.string(),
  durationSeconds: z.number().int(),
  /** In which forms it may be taken. */
  forms: z.array(z.enum(['console', 'credentials'])),
  /** Set when the session will be shorter than the grant allows. */
  note: z.string().optional(),
  /** GET it in a new tab: it answers 303 to the console. */
  consoleHref: z.string(),
  /** The short address, if the grant has one. */
  targetHref: z.string().optional(),
})

/** One account with the roles that the person may take there. */
export const accountView = z.object({
  alias: z.string(),
  id: z.string(),
  name: z.string(),
  partition: z.string(),
  tags: z.record(z.string(), z.string()),
  roles: z.array(roleView),
})

/** GET /api/v1/explain?role=account/name */
export const explanationView = z.object({
  allowed: z.boolean(),
  /** Sentences, the most useful first. */
  lines: z.array(z.string()),
  grants: z.array(
    z.object({
      name: z.string(),
      /** Of the configuration file. */
      line: z.number().int(),
      verdict: z.enum(['given', 'outdone', 'denied', 'denies', 'refused']),
      reason: z.string(),
    }),
  ),
})

/** GET /api/v1/roles */
export const rolesView = z.object({
  accounts: z.array(accountView),
  /** While accounts and roles are read of AWS for the first time: how many are to be read, and how many were. */
  reading: z.object({ of: z.number().int(), read: z.number().int() }).optional(),
})

/** POST /api/v1/roles/{account}/{role}/credentials (the body may be empty or `{}`) */
export const credentialsView = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
  expiration: z.iso.datetime(),
  region: z.string(),
  account: z.string(),
  roleArn: z.string(),
  assumedRoleArn: z.string(),
  sessionName: z.string(),
  sourceIdentity: z.string().optional(),
  durationSeconds: z.number().int(),
  notes: z.array(z.string()),
  /** Set when STS is not AWS's own (the simulator): what the command line needs besides the keys. */
  endpointUrl: z.string().optional(),
})

/** A command line that is signed in. What it says about itself nobody has checked. */
export const commandLineView = z.object({
  id: z.string(),
  hostName: z.string().optional(),
  userAgent: z.string().optional(),
  /** Where it asked from, and how: with a port of its own, or by a code. */
  address: z.string(),
  way: z.enum(['loopback', 'device']),
  signedInAt: z.iso.datetime(),
  /** To a minute. */
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})

/** GET /api/v1/sessions: the role sessions that are valid now and may be given again, and command lines. */
export const sessionsView = z.object({
  /** The newest first. */
  commandLines: z.array(commandLineView),
  sessions: z.array(
    z.object({
      account: z.string(),
      role: z.string(),
      roleArn: z.string(),
      sessionName: z.string(),
      accessKeyId: z.string(),
      takenAt: z.iso.datetime(),
      expiration: z.iso.datetime(),
    }),
  ),
})

export type ErrorBody = z.output<typeof errorBody>
export type SignInWay = z.output<typeof signInWay>
export type EmailSignIn = z.input<typeof emailSignIn>
export type SignInOptions = z.output<typeof signInOptions>
export type PasswordSignIn = z.input<typeof passwordSignIn>
export type SignedIn = z.output<typeof signedIn>
export type SignedOut = z.output<typeof signedOut>
export type Me = z.output<typeof me>
export type RoleView = z.output<typeof roleView>
export type AccountView = z.output<typeof accountView>
export type ExplanationView = z.output<typeof explanationView>
export type CommandLineView = z.output<typeof commandLineView>
export type SessionsView = z.output<typeof sessionsView>
export type RolesView = z.output<typeof rolesView>
export type CredentialsView = z.output<typeof credentialsView>
