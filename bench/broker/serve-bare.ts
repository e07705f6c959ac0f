/** The peer: a bare Fastify that answers the same JSON on the same addresses, and knows nobody. */
import Fastify from 'fastify'
import { answerUsage } from '../gateway/child.ts'

const { keys, roles } = JSON.parse(process.argv[2] ?? '{}')
const app = Fastify()
app.addContentTypeParser(
  'application/x-www-form-urlencoded',
  { parseAs: 'string' },
  (_request, body, done) => done(null, body),
)
app.post('/api/v1/roles/:account/:role/credentials', async () => keys)
app.get('/signin/saml/company', async (_request, reply) => reply.redirect('/', 302))
app.post('/signin/saml/company/acs', async (_request, reply) => reply.redirect('/', 303))
app.get('/api/v1/roles', async () => roles)
await app.listen({ host: '127.0.0.1', port: 0 })
answerUsage()
const address = app.server.address()
process.send?.(typeof address === 'object' ? address?.port : 0)
