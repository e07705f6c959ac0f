/** The LDAP provider's directory. */
import type { Draft } from '../draft.ts'
import type { Findings } from '../findings.ts'
import { entryAt, type OldMap, textOf } from '../old-value.ts'

const keys = [
  'ldap_uri',
  'ldap_base_users',
  'ldap_base_groups',
  'ldap_bind_dn',
  'ldap_bind_password',
]

/** Writes the LDAP source; answers with its id, or with undefined when something is missing. */
export function importDirectory(
  config: OldMap,
  draft: Draft,
  findings: Findings,
): string | undefined {
  const [uri, users, groups, dn, password] = keys.map(key => ({
    key: `provider.${key}`,
    entry: entryAt(config, ['provider', key]),
    text: textOf(entryAt(config, ['provider', key])?.value),
  }))
  let isWhole = true
  for (const one of [uri, users, groups, dn, password]) {
    if (one === undefined || (one.text !== undefined && one.text !== '')) continue
    isWhole = false
    const place = one.entry ?? entryAt(config, ['provider']) ?? config
    const why = 'the old provider could not ask the directory without it'
    findings.refused(place, one.key, why, 'write a source under `signIn.ldap`')
  }
  if (
    !isWhole ||
    !uri?.entry ||
    !users?.entry ||
    !groups?.entry ||
    !dn?.entry ||
    !password?.entry
  ) {
    return undefined
  }
  const index = sameDirectory(uri.text ?? '', users.text ?? '', draft)
  const id = index === 0 ? 'corp' : `corp-${index + 1}`
  const now = `signIn.ldap: ${id}`
  const url = secureUrl(uri.text ?? '')
  if (url === undefined) {
    const why = 'this is no ldap:// or ldaps:// address of a host'
    findings.refused(uri.entry, uri.key, why, 'write a source under `signIn.ldap`')
    return undefined
  }
  if (!draft.has(['signIn', 'ldap', index])) {
    const suffix = index === 0 ? '' : `-${index + 1}`
    draft.add(
      ['signIn', 'ldap'],
      {
        id,
        title: 'Company directory',
        url: url.text,
        ...(url.isPlain ? { startTls: true } : {}),
        bind: {
          dn: dn.text,
          password: draft.secret(`ldap-bind-password${suffix}`, password.text ?? ''),
        },
        users: { base: users.text, attribute: 'sAMAccountName', filter: '(objectClass=user)' },
        groups: { base: groups.text, attribute: 'name', nested: true },
      },
      `${uri.entry.file}:${uri.entry.line}`,
    )
  }
  if (url.isPlain) {
    const why = 'the old provider sent the password in the clear; the connection is secured now'
    const todo = 'the server must offer StartTLS with a certificate that this machine trusts'
    findings.changed(uri.entry, uri.key, `${now}.url`, why, todo)
  } else findings.kept(uri.entry, uri.key, `${now}.url`)
  findings.kept(users.entry, users.key, `${now}.users.base`)
  findings.kept(groups.entry, groups.key, `${now}.groups.base`)
  findings.kept(dn.entry, dn.key, `${now}.bind.dn`)
  const why = 'a secret does not stand in the file'
  findings.changed(password.entry, password.key, `${now}.bind.password`, why)
  return id
}

/** The index of a source for the same directory, or of the next one. */
function sameDirectory(url: string, users: string, draft: Draft): number {
  for (let index = 0; ; index += 1) {
    const path = ['signIn', 'ldap', index]
    const isSame =
      draft.get([...path, 'url']) === secureUrl(url)?.text &&
      draft.get([...path, 'users', 'base']) === users
    if (!draft.has(path) || isSame) return index
  }
}

function secureUrl(text: string): { readonly text: string; readonly isPlain: boolean } | undefined {
  const match = /^(ldaps?):\/\/([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]+\])(:\d{1,5})?\/?$/.exec(text)
  if (match === null) return undefined
  const [, scheme = '', host = '', port = ''] = match
  return { text: `${scheme}://${host}${port}`, isPlain: scheme === 'ldap' }
}
