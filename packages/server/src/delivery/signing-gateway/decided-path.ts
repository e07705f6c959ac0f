import { refusal } from './refusal.ts'

/** A path as the rules of a caller see it. */
export interface DecidedPath {
  /** Percent-decoded once; the bucket first for S3. */
  readonly path: string
  /** A service could see other segments in it: no rule that names paths allows it. */
  readonly isUnclear: boolean
}

/**
 * The path that is decided on, of the raw path that is sent: both are the same to every reader, or the
 * request is refused with `signing-ambiguous-path`. Keys of S3 are names, not paths: they may have double
 * slashes and encoded ones (S3 User Guide, "Naming Amazon S3 objects"), still no dot segments, which
 * readers on the way may remove. No rule that names paths of buckets is meant for S3 Control (`isControl`).
 */
export function decidedPath(raw: string, isS3: boolean, isControl = false): DecidedPath {
  if (/[?#\\]/.test(raw)) throw ambiguous('a character in it ends a path or stands for a slash')
  const path = decoded(raw)
  if (/\p{Cc}/u.test(path)) throw ambiguous('there is a control character in it')
  const segments = path.split(/[/\\]/)
  if (segments.some(segment => /^\.\.?(?:;|$)/.test(segment))) {
    throw ambiguous('there is a dot segment in it')
  }
  // A rule for the bucket `v20180820` is none for the API of that version.
  if (isS3) return { path: bucketPath(raw, path), isUnclear: isControl }
  if (path.includes('//')) throw ambiguous('there is an empty segment in it')
  const isUnclear = /%2f/i.test(raw) || /\\|%(?:2e|2f|5c)|;/i.test(path)
  return { path, isUnclear }
}

/** `/bucket` for `/bucket/`, which is the same to S3. */
function bucketPath(raw: string, path: string): string {
  if (path === '/') return path
  const bucket = raw.split('/', 2)[1] ?? ''
  if (!/^[A-Za-z0-9._:-]+$/.test(bucket)) {
    // An access point's ARN stands there encoded.
    const isArn = /^arn%3A[a-z0-9-]+%3A[\w%:.-]+$/i.test(bucket)
    if (!isArn) throw ambiguous('its first segment is no bucket')
  }
  return /^\/[^/]+\/$/.test(path) ? path.slice(0, -1) : path
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch {
    throw ambiguous('its percent-encoding is broken, or not of UTF-8')
  }
}

function ambiguous(why: string) {
  return refusal('signing-ambiguous-path', why)
}
