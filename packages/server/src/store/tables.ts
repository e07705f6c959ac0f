/** The tables as Kysely sees them. Every time is an integer: milliseconds since 1970 UTC. */
import type { Generated } from 'kysely'

/** People who sign in with a password here. */
export interface UsersTable {
  id: string
  /** As given; unique exactly and unique when folded. */
  username: string
  /** The username normalised and case-folded: refuses `Alice` beside `alice`. */
  username_folded: string
  display_name: string
  email: string | null
  /** PHC string of argon2id. */
  password_hash: string
  disabled_at: number | null
  created_at: number
}

/** The groups of local users. */
export interface UserGroupsTable {
  user_id: string
  group_name: string
}

/**
 * Sessions of browsers and of command lines. `id_hash` is the SHA-256 of the cookie's value, which itself is
 * nowhere, or of the grant of a command line, which signs nobody in.
 */
export interface BrowserSessionsTable {
  id_hash: string
  /** The Principal as JSON. */
  principal: string
  /** What the sign-in rested on: the issuer's entityID, or the fingerprint of the local password. */
  basis: string
  /** SHA-256 of the pre-session cookie that the browser has, when it has one. */
  browser_hash: string | null
  /** How a SAML provider named the person: the NameID as a JSON list. */
  name_id: string | null
  /** The SessionIndex of the assertion. */
  session_index: string | null
  created_at: number
  seen_at: number
  expires_at: number
  kind: Generated<'browser' | 'command'>
  /** Of a command line: what asked, as JSON. */
  client: Generated<string | null>
}

/**
 * What OAuth keeps: codes, tokens, grants, requests that wait. `id_hash` is the SHA-256 of the value that its
 * holder shows: the value itself is nowhere.
 */
export interface OauthRecordsTable {
  model: string
  id_hash: string
  /** The command line's session, with which it ends. */
  session_hash: string | null
  user_code_hash: string | null
  /** JSON */
  payload: string
  consumed_at: number | null
  created_at: number
  expires_at: number
}

/** Keys that the gateway made for itself at its first start. */
export interface ServerKeysTable {
  name: string
  value: string
  created_at: number
}

/** SAML requests that wait for their response; a row is deleted by its first use. */
export interface SignInRequestsTable {
  id: string
  source: string
  /** SHA-256 of the pre-session cookie: binds the response to the browser that asked. */
  browser_hash: string
  return_to: string
  created_at: number
  expires_at: number
}

/** Single logouts that began here; a row is deleted when its answer came. */
export interface LogoutRequestsTable {
  id: string
  source: string
  /** Who signed out. */
  principal_id: string
  name_id: string
  session_index: string | null
  /** 1 once the browser was sent with it. */
  is_sent: number
  expires_at: number
}

/** Assertion ids that were used, until they could not be used again anyway. */
export interface ReplaysTable {
  source: string
  assertion_id: string
  expires_at: number
}

/** The audit log: append-only (triggers refuse UPDATE and DELETE) and hash-chained. */
export interface AuditEventsTable {
  seq: Generated<number>
  id: string
  at: number
  type: string
  /** The event as canonical JSON: what the hash covers. */
  body: string
  previous_hash: string
  hash: string
}

/** What was read of an organization or of an account's roles, and why it cannot be read now. */
export interface DiscoveriesTable {
  key: string
  basis: string
  /** JSON */
  body: string | null
  read_at: number | null
  problem: string | null
  problem_since: number | null
  tried_at: number
}

/** How far each sink has taken the audit log. */
export interface AuditSinksTable {
  sink: string
  /** The last event that it took; 0: none. */
  seq: number
  taken_at: number | null
  /** Of the failures that go on; null while it works. */
  failing_since: number | null
  failures: Generated<number>
  problem: string | null
  /** The process that sends to it now, and until when no other one does. */
  holder: string | null
  held_until: Generated<number>
}

/** All of them, by name. */
export interface Tables {
  users: UsersTable
  user_groups: UserGroupsTable
  browser_sessions: BrowserSessionsTable
  oauth_records: OauthRecordsTable
  server_keys: ServerKeysTable
  signin_requests: SignInRequestsTable
  logout_requests: LogoutRequestsTable
  replays: ReplaysTable
  discoveries: DiscoveriesTable
  audit_events: AuditEventsTable
  audit_sinks: AuditSinksTable
}
