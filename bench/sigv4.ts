import { Sha256 } from '@aws-crypto/sha256-js'
import { signRequest } from '@rolecall/aws'
import { SignatureV4 } from '@smithy/signature-v4'
import aws4 from 'aws4'
import { mustEqual } from './check.ts'
import { compare, repeat } from './measure.ts'
import type { Row } from './row.ts'

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const region = 'eu-central-1'
const host = `sts.${region}.amazonaws.com`
const type = 'application/x-www-form-urlencoded; charset=utf-8'
const body =
  'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FAdmin&DurationSeconds=3600&RoleSessionName=alice%40example.com'
const now = new Date('2026-01-02T03:04:05Z')

/** The STS POST against aws4. */
export const sigv4Aws4: Row = {
  name: 'sigv4-aws4',
  unit: 'signatures/s',
  peerName: 'aws4',
  what: 'SigV4 signature of an STS POST',
  measure: compare(async () => {
    // aws4 always signs the length.
    const length = String(Buffer.byteLength(body))
    const ours = () =>
      signRequest(
        {
          method: 'POST',
          url: `https://${host}/`,
          headers: { 'content-type': type, 'content-length': length },
          body,
        },
        { credentials, region, service: 'sts', now },
      )
    const peer = () =>
      aws4.sign(
        {
          service: 'sts',
          region,
          method: 'POST',
          host,
          path: '/',
          headers: { 'Content-Type': type, 'X-Amz-Date': '20260102T030405Z' },
          body,
        },
        credentials,
      )
    mustEqual('signature', ours().authorization, peer().headers.Authorization)
    return { ours: repeat(ours), peer: repeat(peer) }
  }),
}

/** The STS POST against the signer of the AWS SDK for JavaScript. */
export const sigv4Smithy: Row = {
  name: 'sigv4-smithy',
  unit: 'signatures/s',
  peerName: '@smithy/signature-v4',
  what: 'SigV4 signature of an STS POST',
  measure: compare(async () => {
    const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Sha256 })
    const ours = () =>
      signRequest(
        { method: 'POST', url: `https://${host}/`, headers: { 'content-type': type }, body },
        // That signer adds the hash of the payload for every service.
        { credentials, region, service: 'sts', now, contentSha256Header: true },
      )
    const peer = () =>
      signer.sign(
        {
          method: 'POST',
          protocol: 'https:',
          hostname: host,
          path: '/',
          headers: { host, 'content-type': type },
          body,
        },
        { signingDate: now },
      )
    mustEqual('signature', ours().authorization, (await peer()).headers.authorization)
    return { ours: repeat(ours), peer: repeat(peer) }
  }),
}
