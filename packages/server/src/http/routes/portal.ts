import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { ServerError } from '../../errors.ts'
import type { Gateway } from '../gateway.ts'
import { newNonce } from '../pages/layout.ts'
import { portalPolicy } from '../security-headers.ts'

/** The addresses that the page itself knows. */
export const portalPaths: readonly string[] = ['/', '/signin', '/roles']

/** The built web page: its document with a fresh nonce, its files as they are. Throws `portal-missing`. */
export async function portalRoutes(
  app: FastifyInstance,
  steps: { gateway: Gateway; directory: string },
): Promise<void> {
  const { gateway, directory } = steps
  const document = readDocument(directory)

  for (const route of portalPaths) {
    app.get(route, { schema: { hide: true } }, async (_request, reply) => {
      const nonce = newNonce(gateway.random)
      return reply
        .header('content-security-policy', portalPolicy(nonce))
        .header('referrer-policy', 'same-origin')
        .type('text/html; charset=utf-8')
        .send(document.replaceAll('__CSP_NONCE__', nonce))
    })
  }

  await app.register(fastifyStatic, {
    root: directory,
    wildcard: false,
    index: false,
    globIgnore: ['index.html'],
    schemaHide: true,
    cacheControl: false,
    setHeaders(reply, path) {
      // Names under assets/ hold a hash of the content: another content has another name.
      const isHashed = path.startsWith(join(directory, 'assets'))
      reply.header(
        'cache-control',
        isHashed ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
      )
    },
  })
}

function readDocument(directory: string): string {
  try {
    return readFileSync(join(directory, 'index.html'), 'utf8')
  } catch (cause) {
    throw new ServerError('portal-missing', { cause, detail: directory })
  }
}
