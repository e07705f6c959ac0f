/** `serve-sts.ts FOLDER`: answers every AssumeRole over TLS with the same keys; tells its port. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'

const folder = process.argv[2] ?? ''
const read = (name: string) => readFileSync(join(folder, name))
const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:bench</AssumedRoleId>
<Arn>arn:aws:sts::123456789012:assumed-role/Admin/bench</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIATLSSTS</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>`
const headers = { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(answer) }

const server = createServer({ key: read('key.pem'), cert: read('ca.pem') }, (request, response) => {
  request.resume().once('end', () => response.writeHead(200, headers).end(answer))
})
server.listen(0, 'localhost', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.send?.(address.port)
})
