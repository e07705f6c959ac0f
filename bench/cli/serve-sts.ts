/** `serve-sts.ts FOLDER`: answers every AssumeRole over TLS with the same keys; tells its port. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const folder = process.argv[2] ?? ''
const read = (name: string) => readFileSync(join(folder, name))
const answer = (
  session: string,
) => `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:${session}</AssumedRoleId>
<Arn>arn:aws:sts::123456789012:assumed-role/Admin/${session}</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIATLSSTS</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>`

const server = createServer(
  { key: read('key.pem'), cert: read('ca.pem') },
  async (request, response) => {
    const session = new URLSearchParams(await text(request)).get('RoleSessionName') ?? ''
    const body = answer(session)
    const headers = { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) }
    response.writeHead(200, headers).end(body)
  },
)
server.listen(0, 'localhost', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.send?.(address.port)
})
