/** A gateway whose people are in a directory, asked as a browser asks it. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, loadConfig, openStore } from '@rolecall/server'

const origin = 'http://127.0.0.1:8080'

/** What came of a sign-in. */
export interface SignInOutcome {
  readonly status: number
  /** Of the error that the person sees. */
  readonly code: string | undefined
  /** Who is signed in; undefined: nobody. */
  readonly me: Me | undefined
  /** Of the newest audit event: its code, and what was received. */
  readonly audited: string
  /** What the session is to the gateway at a later time; the status of `/api/v1/me`. */
  later(seconds: number): Promise<number>
}

/** Of `/api/v1/me`. */
export interface Me {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly email?: string
  readonly groups: readonly string[]
}

/** Signs people in with their password at a gateway whose `signIn.ldap` has this one entry. */
export interface LdapGateway {
  signIn(username: string, password: string): Promise<SignInOutcome>
  close(): Promise<void>
}

/** Starts one; `entry` is YAML, in JSON's way of writing it. */
export async function startLdapGateway(
  folder: string,
  entry: Readonly<Record<string, unknown>>,
): Promise<LdapGateway> {
  const file = join(folder, 'rolecall.yaml')
  writeFileSync(
    file,
    JSON.stringify({
      publicUrl: origin,
      store: { file: ':memory:' },
      aws: { credentials: { source: 'static', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' } },
      signIn: { password: false, ldap: [{ id: 'corp', ...entry }] },
    }),
  )
  const loaded = await loadConfig(file)
  assert(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.problems, null, 2))
  const store = await openStore(':memory:')
  let now = Date.now()
  const { app, audit, close } = await createServer({
    ...{ config: loaded.config, store, now: () => new Date(now) },
  })
  // Attempts from one address are limited, and these are many people.
  let address = 0

  return {
    async signIn(username, password) {
      address += 1
      const signedIn = await app.inject({
        ...{ method: 'POST', url: '/api/v1/signin/password', headers: { origin } },
        ...{ payload: { source: 'corp', username, password } },
        remoteAddress: `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`,
      })
      const [newest] = await audit.recent({ limit: 1 })
      const event = newest?.event
      const cookies = Object.fromEntries(signedIn.cookies.map(({ name, value }) => [name, value]))
      const ask = () => app.inject({ url: '/api/v1/me', cookies })
      const me = await ask()
      return {
        status: signedIn.statusCode,
        code: signedIn.statusCode === 200 ? undefined : signedIn.json().error?.code,
        me: me.statusCode === 200 ? me.json() : undefined,
        audited: [event?.code, event?.reason, event?.detail?.received].join(' | '),
        async later(seconds) {
          now += seconds * 1000
          return (await ask()).statusCode
        },
      }
    },
    async close() {
      await close()
      await store.close()
    },
  }
}
