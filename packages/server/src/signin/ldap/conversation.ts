/** One connection to a directory server, and what is asked over it. */
import type { Secret } from '@rolecall/aws'
import type { BerWriter, Filter } from 'ldapts'
import type { LdapServer } from '../../config/config.ts'
import { type ConnectOptions, connectTo } from './connect.ts'
import { type LdapEntry, readEntry } from './entry.ts'
import { asUnavailable, LdapUnavailable } from './ldap-unavailable.ts'
import { messageStream } from './message-stream.ts'

/** What to look for. */
export interface Search {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** No more pages are asked for once there are that many. */
  readonly most: number
}

/** A bind: taken, or refused with what the server said. */
export type Bound = { readonly ok: true } | { readonly ok: false; readonly why: string }

/** All of it rejects with `LdapUnavailable`. */
export interface Conversation {
  /** A simple bind. Rejects an empty name or password: it would be taken without a look (RFC 4513, 5.1.2). */
  bind(dn: string, password: Secret): Promise<Bound>
  /** The entries; what the server refers to elsewhere is not looked at. */
  search(search: Search): Promise<readonly LdapEntry[]>
  close(): void
}

/** The client library, loaded when a directory is asked for the first time. */
export const loadLdap = (): Promise<typeof import('ldapts')> => import('ldapts')

const pageSize = 500
const mostPages = 100
const pagedResults = '1.2.840.113556.1.4.319'
/** Kept as bytes, whether or not they are text by chance. */
const binary = ['objectSid', 'objectGUID']

/** Opens one. Rejects with `LdapUnavailable`. */
export async function converse(server: LdapServer, options: ConnectOptions): Promise<Conversation> {
  const { Client, Control } = await loadLdap()
  const stream = messageStream(await connectTo(server, options))
  let isTaken = false
  const client = new Client({
    url: 'ldap://directory',
    // The library connects anew by itself, then without TLS or a bind.
    createConnection: () => {
      if (isTaken) throw new LdapUnavailable('the connection was closed')
      isTaken = true
      return stream.socket
    },
  })
  const unavailable = (cause: unknown): LdapUnavailable =>
    asUnavailable(server.url, stream.failure() ?? cause)

  const page = (cookie: Buffer) =>
    new (class extends Control {
      protected override writeControl(writer: BerWriter): void {
        writer.writeBuffer(pageValue(cookie), 0x04)
      }
    })(pagedResults)

  return Object.freeze({
    async bind(dn: string, password: Secret): Promise<Bound> {
      // A name without an equals sign is none, and a few are names of mechanisms to the library.
      if (!dn.includes('=') || password.reveal() === '') {
        throw new LdapUnavailable(`${server.url}: a bind without a name or a password`)
      }
      try {
        await client.bind(dn, password.reveal())
        return { ok: true }
      } catch (cause) {
        const why = refusalIn(cause)
        if (why === undefined) throw unavailable(cause)
        return { ok: false, why }
      }
    },

    async search({ base, scope, filter, attributes, most }: Search) {
      const found: LdapEntry[] = []
      try {
        for (let pages = 1, cookie: Buffer = Buffer.alloc(0); ; pages++) {
          const { searchEntries } = await client.search(
            base,
            {
              ...{ scope, filter, attributes: [...attributes], explicitBufferAttributes: binary },
              ...{ timeLimit: 0, sizeLimit: 0 },
            },
            scope === 'base' ? [] : [page(cookie)],
          )
          found.push(...searchEntries.map(readEntry))
          cookie = stream.cookie()
          // A page may be empty and not be the last one.
          if (cookie.length === 0 || found.length >= most) return found
          if (pages >= mostPages) throw new LdapUnavailable('a search without an end')
        }
      } catch (cause) {
        throw unavailable(cause)
      }
    },

    close: () => void stream.socket.destroy(),
  })
}

/** SEQUENCE { size INTEGER, cookie OCTET STRING } (RFC 2696). */
function pageValue(cookie: Buffer): Buffer {
  const size = Buffer.from([0x02, 0x02, pageSize >> 8, pageSize & 0xff])
  const octets = Buffer.concat([header(0x04, cookie.length), cookie])
  return Buffer.concat([header(0x30, size.length + octets.length), size, octets])
}

function header(tag: number, length: number): Buffer {
  return length < 0x80
    ? Buffer.from([tag, length])
    : Buffer.from([tag, 0x82, length >> 8, length & 0xff])
}

/**
 * Result codes that are an answer to a name and a password: constraintViolation, noSuchObject,
 * invalidDNSyntax, inappropriateAuthentication, invalidCredentials, insufficientAccessRights,
 * unwillingToPerform.
 */
const refusing: ReadonlySet<unknown> = new Set([19, 32, 34, 48, 49, 50, 53])

/** What Active Directory says behind invalidCredentials. */
const reasons: Readonly<Record<string, string>> = {
  '525': 'no such user',
  '52e': 'wrong password',
  '530': 'not at this time',
  '531': 'not from this computer',
  '532': 'the password has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password must be changed',
  '775': 'the account is locked',
}

function refusalIn(cause: unknown): string | undefined {
  if (!(cause instanceof Error && 'code' in cause && refusing.has(cause.code))) return undefined
  const [, data = ''] = /\bdata ([0-9a-f]{3,8})\b/.exec(cause.message) ?? []
  const reason = reasons[data]
  return `LDAP result ${String(cause.code)}${reason === undefined ? '' : `: ${reason}`}`
}
