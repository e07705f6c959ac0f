import type { FastifyInstance } from 'fastify'
import { ServerError } from '../../errors.ts'
import { idpMetadataPath } from '../../sessions/index.ts'
import type { Gateway } from '../gateway.ts'

/** The metadata of our identity provider, for IAM's CreateSAMLProvider. */
export function samlIdpRoute(app: FastifyInstance, gateway: Gateway): void {
  app.get(idpMetadataPath, { schema: { hide: true } }, async (_request, reply) => {
    const metadata = gateway.idpMetadata()
    if (metadata === undefined) throw new ServerError('not-found')
    return reply
      .type('application/samlmetadata+xml; charset=utf-8')
      .header('content-disposition', 'inline; filename="rolecall-idp-metadata.xml"')
      .send(metadata)
  })
}
