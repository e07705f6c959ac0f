import { uriEncodePath, uriReencode } from './encoding.ts'
import type { PathRules } from './types.ts'

const s3Services: ReadonlySet<string> = new Set([
  's3',
  's3-object-lambda',
  's3-outposts',
  's3express',
])

/** Whether the service signs as S3 does: path as it stands, hash of the payload in a header. */
export function signsAsS3(service: string): boolean {
  return s3Services.has(service)
}

/** The canonical URI of a raw path: as sent, encoded once more, or canonically encoded for S3. */
export function canonicalPath(path: string, service: string, rules: PathRules): string {
  if (path === '' || path === '/') return '/'
  const isS3 = signsAsS3(service)
  const kept = (rules.normalizePath ?? !isS3) ? normalizedPath(path) : path
  return (rules.encodePathAgain ?? !isS3) ? uriEncodePath(kept) : uriReencode(kept, true)
}

const needsNormalizing = /\/\/|\/\.\.?(?:\/|$)/

/** Removes `.`, `..` and empty segments; a slash at the end stays. */
function normalizedPath(path: string): string {
  if (!needsNormalizing.test(path)) return path
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return kept.length > 0 && path.endsWith('/') ? `/${kept.join('/')}/` : `/${kept.join('/')}`
}
