/** What a section that is to be written has already, here or in the other file. */
import { placeNamed } from '../choose-connection.ts'
import { findKey } from '../ini.ts'
import type { ConnectionFile } from '../read-files.ts'
import { settings } from '../settings.ts'

/** Values by key, as they stand. */
export interface BaseValues {
  readonly values: ReadonlyMap<string, string>
  /** The other file that they come from: they must be written, or the new section would hide them. */
  readonly from: ConnectionFile | undefined
}

/** saml2aws writes these into every section, whether anybody chose them or not. */
const written: Readonly<Record<string, string>> = {
  mfa: 'Auto',
  aws_urn: 'urn:amazon:webservices',
  aws_session_duration: '3600',
  aws_profile: 'saml',
  http_attempts_count: '1',
  http_retry_delay: '1',
  timeout: '0',
}

/** Whether a value of a file of saml2aws says no more than its absence. */
export function isUnset(key: string, value: string): boolean {
  return value === '' || value === 'false' || written[key] === value
}

/** The values of a section of `target`, else those of the section of that name in another file. */
export function baseValues(
  files: readonly ConnectionFile[],
  target: ConnectionFile,
  section: string,
): BaseValues {
  const isThere = target.ini.sections.has(section)
  const other = files.filter(({ path }) => path !== target.path)
  const place = isThere ? { file: target, section } : placeNamed(other, section)
  const values = new Map<string, string>()
  if (place === undefined) return { values, from: undefined }
  for (const { key } of settings) {
    const value = key === undefined ? undefined : findKey(place.file.ini, section, key)?.found.value
    if (key === undefined || value === undefined || value === '') continue
    if (isThere || place.file.kind === 'ours' || !isUnset(key, value)) values.set(key, value)
  }
  return { values, from: isThere ? undefined : place.file }
}
