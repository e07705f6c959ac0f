/** Who am I, which roles are there, a file to S3 and back, by the AWS SDK: prints one line of JSON. */
import { randomBytes } from 'node:crypto'
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const [bucket = ''] = process.argv.slice(2)
const endpoint = process.env.ENDPOINT
const options = endpoint === undefined ? {} : { endpoint }
const s3 = new S3Client({ ...options, forcePathStyle: true })
const body = randomBytes(70_000)
const place = { Bucket: bucket, Key: 'from sdk/ä+b.bin' }

await s3.send(new PutObjectCommand({ ...place, Body: body }))
const read = await (await s3.send(new GetObjectCommand(place))).Body?.transformToByteArray()
const { Arn: arn } = await new STSClient(options).send(new GetCallerIdentityCommand({}))
const { Roles = [] } = await new IAMClient(options).send(new ListRolesCommand({}))
console.log(
  JSON.stringify({
    arn,
    roles: Roles.map(role => role.RoleName),
    isSameObject: read !== undefined && body.equals(read),
  }),
)
