/** OpenLDAP's slapd on free ports, with TLS by a throw-away authority. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@rolecall/cli/demo'
import type { Lifetime } from '../../lifetime.ts'
import { ldif, readerDn, readerPassword, suffix } from './directory.ts'

/** A running directory. */
export interface Slapd {
  /** On `localhost`, which its certificate names. */
  readonly ldap: number
  readonly ldaps: number
  readonly caFile: string
  /** Changes the directory as its administrator. */
  modify(ldif: string): void
}

const administrator = `cn=administrator,${suffix}`
const schemas = ['core', 'cosine', 'inetorgperson', 'nis']

/** Loads the directory and starts it. */
export async function startSlapd(lifetime: Lifetime): Promise<Slapd> {
  const folder = lifetime.folder('slapd')
  const configuration = join(folder, 'slapd.conf')
  makeCertificates(folder)
  mkdirSync(join(folder, 'data'))
  writeFileSync(configuration, configurationIn(folder))
  const loaded = spawnSync('/usr/sbin/slapadd', ['-q', '-f', configuration], {
    ...{ input: [...ldif()].join(''), encoding: 'utf8' },
  })
  if (loaded.status !== 0) throw new Error(`slapadd: ${loaded.stderr}`)
  const [ldap, ldaps] = [await freePort(), await freePort()]
  const urls = `ldap://127.0.0.1:${ldap} ldaps://127.0.0.1:${ldaps}`
  const daemon = lifetime.daemon('/usr/sbin/slapd', ['-f', configuration, '-h', urls, '-d', '0'])
  await daemon.ready(() => isOpen(ldaps))
  return {
    ...{ ldap, ldaps, caFile: join(folder, 'ca.crt') },
    modify(text) {
      const bind = ['-x', '-D', administrator, '-w', readerPassword]
      execFileSync('ldapmodify', [...bind, '-H', `ldap://127.0.0.1:${ldap}`], {
        ...{ input: text, stdio: ['pipe', 'ignore', 'pipe'] },
      })
    },
  }
}

function configurationIn(folder: string): string {
  return `
${schemas.map(name => `include /etc/ldap/schema/${name}.schema`).join('\n')}
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl'
  EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.159 NAME 'accountExpires'
  EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.1 NAME 'account-state' SUP top AUXILIARY
  MAY ( userAccountControl $ accountExpires ) )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile ${join(folder, 'slapd.pid')}
TLSCACertificateFile ${join(folder, 'ca.crt')}
TLSCertificateFile ${join(folder, 'server.crt')}
TLSCertificateKeyFile ${join(folder, 'server.key')}
sizelimit size.soft=100 size.hard=100 size.pr=500 size.prtotal=unlimited
database mdb
maxsize 1073741824
suffix "${suffix}"
directory ${join(folder, 'data')}
rootdn "${administrator}"
rootpw ${readerPassword}
index objectClass,uid,cn,member,memberUid,gidNumber eq
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${readerDn}" read by * none
`
}

/** `server.crt` is for `localhost` alone. */
function makeCertificates(folder: string): void {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const key = ['-newkey', 'rsa:2048', '-nodes']
  writeFileSync(at('server.ext'), 'subjectAltName=DNS:localhost\n')
  openssl(
    ...['req', '-x509', ...key, '-days', '2', '-subj', '/CN=Test authority'],
    ...['-keyout', at('ca.key'), '-out', at('ca.crt')],
  )
  openssl(
    ...['req', ...key, '-subj', '/CN=localhost'],
    ...['-keyout', at('server.key'), '-out', at('server.csr')],
  )
  openssl(
    ...['x509', '-req', '-in', at('server.csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key')],
    ...['-CAcreateserial', '-days', '2', '-extfile', at('server.ext'), '-out', at('server.crt')],
  )
}

function isOpen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
