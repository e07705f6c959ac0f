/** The bodies that identity providers send: forms, and SOAP envelopes. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ServerError } from '../../errors.ts'

/** The provider of an address. */
export const providerParams = z.object({ id: z.string().max(32) })

/** Most bytes of a body. */
export const samlBodyLimit = 512 * 1024
/** Providers send two or three. Parsing takes its time by the field, not by the byte. */
const mostFields = 16

/** Takes forms and SOAP envelopes on this scope, and nothing else. */
export function takeSamlBodies(app: FastifyInstance): void {
  takeForms(app, samlBodyLimit)
  app.addContentTypeParser(
    'text/xml',
    { parseAs: 'buffer', bodyLimit: samlBodyLimit },
    (_request, body, done) => done(null, body),
  )
}

/** Takes forms on this scope, and nothing else. */
export function takeForms(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit },
    (_request, body, done) => {
      const text = String(body)
      if (hasMoreFields(text)) done(new ServerError('bad-request', { detail: 'too many fields' }))
      else done(null, new URLSearchParams(text))
    },
  )
}

/** The form of a body; an empty one when it is none. */
export function formOf(body: unknown): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams()
}

function hasMoreFields(form: string): boolean {
  let at = -1
  for (let fields = 1; fields <= mostFields; fields += 1) {
    at = form.indexOf('&', at + 1)
    if (at === -1) return false
  }
  return true
}

/** A field that is there once; a repeated one counts as absent, so that no two readers can differ. */
export function single(form: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = form.getAll(name)
  return others.length === 0 ? value : undefined
}
