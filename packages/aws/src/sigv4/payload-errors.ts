import { AwsError } from '../errors.ts'

// S3 answers these; where its text is not known, ours says what is wrong.

/** The body ended too early, or goes on after its end, or has another length than the head said. */
export function incompleteBody(message: string): AwsError {
  return new AwsError('IncompleteBody', message, { status: 400 })
}

/** A part of the head or of a body in chunks is not in the form that S3 takes. */
export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', message, { status: 400 })
}

/** A trailer is missing, or not announced, or malformed. */
export function malformedTrailer(message: string): AwsError {
  return new AwsError('MalformedTrailerError', message, { status: 400 })
}

/** A checksum is not the one of the body. */
export function badDigest(name: string): AwsError {
  return new AwsError(
    'BadDigest',
    `The ${name} you specified did not match the calculated checksum.`,
    {
      status: 400,
    },
  )
}
