import { authorize, denialText } from '../policy/authorize.ts'
import { answer, type XmlPart, xmlAnswer } from './answer.ts'
import { bucketName } from './bucket-name.ts'
import { bucketOf, permit, receiveDocument, type S3Operation } from './call.ts'
import { childText, readXml } from './read-xml.ts'
import { accessDenied, S3Fault } from './s3-fault.ts'
import type { Bucket } from './store.ts'

export const listBuckets: S3Operation = async call => {
  await receiveDocument(call)
  const { caller, state } = call
  const decision = authorize(caller, 's3:ListAllMyBuckets', '*')
  if (!decision.allowed) {
    throw accessDenied(denialText(caller, 's3:ListAllMyBuckets', '*', decision))
  }
  const own = [...state.store.buckets.values()].filter(({ account }) => account === caller.account)
  const parts = own
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      ({ name, created, region }): XmlPart => [
        'Bucket',
        [
          ['Name', name],
          ['CreationDate', created.toISOString()],
          ['BucketRegion', region],
        ],
      ],
    )
  return xmlAnswer(
    'ListAllMyBucketsResult',
    [
      ['Owner', [['ID', caller.account.id]]],
      ['Buckets', parts],
    ],
    state.now(),
  )
}

export const createBucket: S3Operation = async call => {
  const { caller, state, bucketName: name } = call
  const document = await receiveDocument(call)
  if (!bucketName.test(name)) {
    const details = { BucketName: name }
    throw new S3Fault(400, 'InvalidBucketName', 'The specified bucket is not valid.', details)
  }
  const region = locationOf(document, caller.region)
  const bucket = { name, account: caller.account, region, created: state.now() }
  const resource = {
    arn: `arn:${caller.account.partition}:s3:::${name}`,
    accountId: caller.account.id,
  }
  const decision = authorize(caller, 's3:CreateBucket', resource)
  if (!decision.allowed) {
    throw accessDenied(denialText(caller, 's3:CreateBucket', resource, decision))
  }
  const there = state.store.buckets.get(name)
  if (there !== undefined) refuseExisting(there, caller.account === there.account)
  else state.store.createBucket(bucket)
  return answer(200, { location: `/${name}` }, '', state.now())
}

/** In us-east-1 creating one's own bucket again is no error (S3 API Reference, CreateBucket). */
function refuseExisting({ name, region }: Bucket, isOwn: boolean): void {
  if (isOwn && region === 'us-east-1') return
  const details = { BucketName: name }
  if (isOwn) {
    const text =
      'Your previous request to create the named bucket succeeded and you already own it.'
    throw new S3Fault(409, 'BucketAlreadyOwnedByYou', text, details)
  }
  const text =
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.'
  throw new S3Fault(409, 'BucketAlreadyExists', text, details)
}

/** The region of a new bucket: that of the endpoint, which is the one that the request is signed for. */
function locationOf(document: Uint8Array, signedFor: string): string {
  const asked =
    document.length === 0
      ? undefined
      : childText(readXml(document, 'CreateBucketConfiguration'), 'LocationConstraint')
  const region = asked === 'EU' ? 'eu-west-1' : asked || 'us-east-1'
  if (region === signedFor || signedFor === 'us-east-1') return region
  const what = asked === undefined || asked === '' ? 'unspecified' : asked
  throw new S3Fault(
    400,
    'IllegalLocationConstraintException',
    `The ${what} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )
}

export const headBucket: S3Operation = async call => {
  await receiveDocument(call)
  const bucket = bucketOf(call)
  permit(call.caller, 's3:ListBucket', bucket)
  return answer(200, { 'x-amz-bucket-region': bucket.region }, '', call.state.now())
}

export const getBucketLocation: S3Operation = async call => {
  await receiveDocument(call)
  const bucket = bucketOf(call)
  permit(call.caller, 's3:GetBucketLocation', bucket)
  const { region } = bucket
  // The oldest region has no name here.
  const text = region === 'us-east-1' ? '' : region
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`
  return answer(200, { 'content-type': 'application/xml' }, body, call.state.now())
}

export const deleteBucket: S3Operation = async call => {
  await receiveDocument(call)
  const { caller, state } = call
  const bucket = bucketOf(call)
  permit(caller, 's3:DeleteBucket', bucket)
  if (bucket.keys().length > 0) {
    const details = { BucketName: bucket.name }
    throw new S3Fault(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', details)
  }
  state.store.deleteBucket(bucket.name)
  state.uploads.removeOf(bucket)
  return answer(204, {}, '', state.now())
}
