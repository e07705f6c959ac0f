/** An error as S3 puts it on the wire (S3 API Reference, "Error responses"). */
export class S3Fault extends Error {
  readonly status: number
  readonly code: string
  /** Further elements of the error: `BucketName`, `Key`, … */
  readonly details: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    details: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'S3Fault'
    this.status = status
    this.code = code
    this.details = details
    this.headers = headers
  }
}

export const accessDenied = (
  message = 'Access Denied',
  details: Readonly<Record<string, string>> = {},
): S3Fault => new S3Fault(403, 'AccessDenied', message, details)

export const noSuchBucket = (name: string): S3Fault =>
  new S3Fault(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: name })

export const noSuchKey = (key: string): S3Fault =>
  new S3Fault(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key })

export const noSuchUpload = (uploadId: string): S3Fault =>
  new S3Fault(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  )

export const invalidArgument = (message: string, name: string, value: string): S3Fault =>
  new S3Fault(400, 'InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })

export const invalidRequest = (message: string): S3Fault =>
  new S3Fault(400, 'InvalidRequest', message)

export const malformedXml = (): S3Fault =>
  new S3Fault(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )

export const preconditionFailed = (header: string): S3Fault =>
  new S3Fault(
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    { Condition: header },
  )

export const notImplemented = (what: string): S3Fault =>
  new S3Fault(501, 'NotImplemented', `The simulator's S3 does not have this: ${what}.`)
