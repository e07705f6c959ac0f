import type { LdapEntry } from './entry.ts'

/**
 * The SID of the primary group, which lists no members: the domain's part of the person's own with the number
 * in primaryGroupID at its end (MS-DTYP 2.4.2.2). Undefined where there is none.
 */
export function primaryGroupSid(entry: LdapEntry): Buffer | undefined {
  const sid = entry.bytes('objectSid')
  const [number = ''] = entry.texts('primaryGroupID')
  // A revision, a count, an authority of six bytes, then numbers of four.
  if (sid === undefined || sid.length < 12 || sid.length !== 8 + 4 * (sid[1] ?? 0)) return undefined
  if (!/^\d{1,10}$/.test(number) || Number(number) > 0xffff_ffff) return undefined
  const group = Buffer.from(sid)
  group.writeUInt32LE(Number(number), group.length - 4)
  return group
}
