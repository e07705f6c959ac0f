/** The gateway's cookies. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BrowserCookies } from '../signin/index.ts'

/** Reads and writes the cookies of a gateway with this public address. */
export interface Cookies {
  readonly session: Cookie
  /** Binds a SAML response to the browser that asked. */
  readonly preSession: Cookie
  /** Remembers whom this browser signed out, so that a proxy's word does not sign them in again. */
  readonly signedOut: Cookie
  /** The values of the first two. */
  read(request: FastifyRequest): BrowserCookies
}

/** One cookie by its name and attributes. */
export interface Cookie {
  read(request: FastifyRequest): string | undefined
  write(reply: FastifyReply, value: string, maxAgeSeconds: number): void
  clear(reply: FastifyReply): void
}

/**
 * On https both have the `__Host-` prefix, so no other host of the domain can set them. The
 * identity provider's answer is a cross-site POST: only a cookie with SameSite=None comes with it.
 * On http (loopback only) neither `Secure` nor the prefix is possible.
 */
export function createCookies(isHttps: boolean): Cookies {
  const session = cookie(sessionCookieName(isHttps), isHttps, 'lax')
  const preSession = cookie(
    isHttps ? '__Host-rolecall-signin' : 'rolecall-signin',
    isHttps,
    isHttps ? 'none' : 'lax',
  )
  const signedOut = cookie(isHttps ? '__Host-rolecall-out' : 'rolecall-out', isHttps, 'lax')
  return Object.freeze({
    session,
    preSession,
    signedOut,
    read: (request: FastifyRequest) => ({
      session: session.read(request),
      binding: preSession.read(request),
    }),
  })
}

/** The name of the session cookie. */
export function sessionCookieName(isHttps: boolean): string {
  return isHttps ? '__Host-rolecall' : 'rolecall'
}

function cookie(name: string, secure: boolean, sameSite: 'lax' | 'none'): Cookie {
  const attributes = { path: '/', httpOnly: true, secure, sameSite }
  return Object.freeze({
    read: (request: FastifyRequest) => request.cookies[name],
    write(reply: FastifyReply, value: string, maxAgeSeconds: number) {
      reply.setCookie(name, value, { ...attributes, maxAge: maxAgeSeconds })
    },
    clear(reply: FastifyReply) {
      reply.setCookie(name, '', { ...attributes, maxAge: 0 })
    },
  })
}
