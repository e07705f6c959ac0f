import { createHmac, createSecretKey, hash } from 'node:crypto'
import { signRequest, signRequestTraced } from '@rolecall/aws'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import aws4 from 'aws4'
import { mustEqual } from '../check.ts'
import { compare, repeat } from '../measure.ts'
import type { Row } from '../row.ts'
import { credentials, now, region, type Sample, samples } from './requests.ts'

// On Node 24 an HMAC with a key of bytes, as the peers make it, is several times slower than elsewhere.
const isNode24 = process.versions.node.startsWith('24.')

/** Our side: the headers of a sample. */
function signer(sample: Sample, more: { readonly contentSha256Header?: boolean } = {}) {
  const { method, host, path, search, body, service } = sample
  const url = `https://${host}${path}${search === '' ? '' : `?${search}`}`
  const options = { credentials, region, service, now, ...more }
  return (headers: Readonly<Record<string, string>>) =>
    signRequest({ method, url, headers, ...(body === undefined ? {} : { body }) }, options)
}

/** Against the hashes and the HMAC that a signature is made of, the texts at hand and the key made once. */
function bare(sample: Sample): Row {
  return {
    name: `aws-sign-${sample.name}`,
    unit: 'signatures/s',
    peerName: 'the bare hashes and HMAC',
    what: `SigV4 signature of ${sample.what}`,
    target: 0.55,
    measure: compare(async () => {
      const { method, host, path, search, headers, body, service } = sample
      const url = `https://${host}${path}${search === '' ? '' : `?${search}`}`
      const traced = signRequestTraced(
        { method, url, headers, ...(body === undefined ? {} : { body }) },
        { credentials, region, service, now },
      )
      const key = createSecretKey(
        ['20260102', region, service, 'aws4_request'].reduce<Buffer>(
          (last, part) => createHmac('sha256', last).update(part).digest(),
          Buffer.from(`AWS4${credentials.secretAccessKey}`),
        ),
      )
      const { canonicalRequest, stringToSign } = traced
      const peer = () => {
        if (body !== undefined) hash('sha256', body)
        hash('sha256', canonicalRequest)
        return createHmac('sha256', key).update(stringToSign).digest('hex')
      }
      const sign = signer(sample)
      const ours = () => sign(headers)
      mustEqual('signature', ours().authorization?.slice(-64), peer())
      return { ours: repeat(ours), peer: repeat(peer) }
    }),
  }
}

function againstAws4(sample: Sample): Row {
  return {
    name: `aws-sign-${sample.name}-aws4`,
    unit: 'signatures/s',
    peerName: 'aws4',
    what: `SigV4 signature of ${sample.what}`,
    target: isNode24 ? 5 : 1.8,
    measure: compare(async () => {
      const { method, host, path, search, headers, body, service } = sample
      const sign = signer(sample)
      // aws4 always signs the length of a body.
      const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
      const ours = () => sign({ ...headers, ...length })
      const peer = () =>
        aws4.sign(
          {
            service,
            region,
            method,
            host,
            path: search === '' ? path : `${path}?${search}`,
            headers: { ...headers, 'X-Amz-Date': '20260102T030405Z' },
            ...(body === undefined ? {} : { body }),
          },
          credentials,
        )
      mustEqual('signature', ours().authorization, peer().headers.Authorization)
      return { ours: repeat(ours), peer: repeat(peer) }
    }),
  }
}

/** Against the signer of the AWS SDK for JavaScript, with the hash that the SDK gives it on Node.js. */
function againstSmithy(sample: Sample): Row {
  return {
    name: `aws-sign-${sample.name}-smithy`,
    unit: 'signatures/s',
    peerName: '@smithy/signature-v4',
    what: `SigV4 signature of ${sample.what}`,
    target: isNode24 ? 7 : 4,
    measure: compare(async () => {
      const { method, host, path, query, headers, body, service } = sample
      const sha256 = Hash.bind(null, 'sha256')
      const smithy = new SignatureV4({ credentials, region, service, sha256 })
      // That signer adds the hash of the payload for every service.
      const sign = signer(sample, { contentSha256Header: true })
      const ours = () => sign(headers)
      const peer = () =>
        smithy.sign(
          {
            method,
            protocol: 'https:',
            hostname: host,
            path,
            query: { ...query },
            headers: { ...headers, host },
            body,
          },
          { signingDate: now },
        )
      mustEqual('signature', ours().authorization, (await peer()).headers.authorization)
      return { ours: repeat(ours), peer: repeat(peer) }
    }),
  }
}

/** Signatures per second. */
export const awsSign: readonly Row[] = [
  ...samples.map(bare),
  ...samples.map(againstAws4),
  ...samples.map(againstSmithy),
]
