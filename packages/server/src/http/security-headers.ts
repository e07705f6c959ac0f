/** Headers that every answer carries, and the content security policies. */
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Every policy begins with these: nothing is loaded but what the policy names, and nobody frames us. */
const basePolicy = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]
const strictPolicy = [...basePolicy, "form-action 'none'"]

/** For server-made pages: one style sheet in the page, nothing else. */
export function pagePolicy(nonce: string): string {
  return [...strictPolicy, `style-src 'nonce-${nonce}'`].join('; ')
}

/** For server-made pages with a form that comes back to us. */
export function formPolicy(nonce: string): string {
  return [...basePolicy, "form-action 'self'", `style-src 'nonce-${nonce}'`].join('; ')
}

/**
 * For the page that posts a SAML request. Browsers apply `form-action` to redirects as well, and
 * where an identity provider sends people next is its own matter, so any https address is allowed,
 * and any http one when the provider itself is on http (loopback).
 */
export function formPostPolicy(nonce: string, target: string): string {
  return [
    ...basePolicy,
    `form-action https:${target.startsWith('http:') ? ' http:' : ''}`,
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ')
}

/** For the portal. Its component library sets style attributes; scripts come from files only. */
export function portalPolicy(nonce: string): string {
  return [
    ...basePolicy,
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
  ].join('; ')
}

/** Adds the headers to every answer, errors included; a route may replace a header by its own. */
export function addSecurityHeaders(app: FastifyInstance, isHttps: boolean): void {
  app.addHook('onRequest', (_request, reply, done) => {
    setSecurityHeaders(reply, isHttps)
    done()
  })
}

const always = Object.freeze({
  'cache-control': 'no-store',
  'content-security-policy': strictPolicy.join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

/** The headers on one answer: for those that Fastify makes before any hook runs. */
export function setSecurityHeaders(reply: FastifyReply, isHttps: boolean): void {
  reply.headers(always)
  if (isHttps) reply.header('strict-transport-security', 'max-age=31536000')
}
