/** What the file refers to: secrets, certificates, metadata. Read once, at load. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Secret } from '@rolecall/aws'
import type { SamlKeyPair } from './config.ts'
import { readGrantPolicies } from './grant-policies.ts'
import type { KeyPath } from './key-path.ts'
import { type HeaderResources, readHeaders } from './read-headers.ts'
import { type LdapResources, readLdap } from './read-ldap.ts'
import { readSinks, type SinkResources } from './read-sinks.ts'
import { certificateBytes, createReaders } from './readers.ts'
import type { Report } from './report.ts'
import type { SecretSources } from './resolve-secret.ts'
import { canDecrypt, readSamlKeyPair } from './saml-key-pair.ts'
import type { SamlEntry, Sections } from './sections.ts'
import { resolvePath } from './text-file.ts'

/** What was read; a part that could not be read was reported and is absent. */
export interface Resources {
  readonly tls: { readonly certificate: string; readonly key: Secret } | undefined
  readonly keys: StaticKeys | undefined
  /** `aws.proxy.password` */
  readonly proxyPassword: Secret | undefined
  /** The text of `aws.caFile`. */
  readonly ca: string | undefined
  /** The metadata texts by the provider's place in the list; a provider with a URL has none. */
  readonly metadata: ReadonlyMap<number, string>
  /** Session policies as compact JSON, by the grant's place in the list. */
  readonly policies: ReadonlyMap<number, string>
  /** By the sink's place in the list. */
  readonly sinks: ReadonlyMap<number, SinkResources>
  /** Of the trusted proxies, by their place in the list. */
  readonly headers: ReadonlyMap<number, HeaderResources>
  /** Of the LDAP directories, by their place in the list. */
  readonly ldap: ReadonlyMap<number, LdapResources>
  /** In the order of the file. */
  readonly samlKeys: readonly SamlKeyPair[]
}

/** The keys of `aws.credentials` with `source: static`. */
export interface StaticKeys {
  readonly accessKeyId: Secret
  readonly secretAccessKey: Secret
  readonly sessionToken: Secret | undefined
}

const metadataBytes = 16_777_216

/** Reads all of it side by side and reports what cannot be read. */
export async function readResources(
  sections: Sections,
  sources: SecretSources,
  report: Report,
  now: Date,
): Promise<Resources> {
  const readers = createReaders(sources, report)
  const { secret, text } = readers

  const tls = async () => {
    const entry = sections.listen?.tls
    if (entry === undefined) return undefined
    const [certificate, key] = await Promise.all([
      text(['listen', 'tls', 'certificate'], entry.certificate, certificateBytes),
      secret(entry.key, ['listen', 'tls', 'key']),
    ])
    if (certificate === undefined || key === undefined) return undefined
    try {
      createSecureContext({ cert: certificate, key: key.reveal() })
      return { certificate, key }
    } catch {
      const remedy = 'give the PEM chain, its own certificate first, and the unencrypted PEM key'
      const message = 'the certificate and the key are not PEM, or do not belong together'
      report.problem(['listen', 'tls', 'certificate'], message, remedy)
      return undefined
    }
  }

  const keys = async (): Promise<StaticKeys | undefined> => {
    const entry = sections.aws?.credentials
    if (entry?.source !== 'static') return undefined
    const at = (key: string): KeyPath => ['aws', 'credentials', key]
    const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
      secret(entry.accessKeyId, at('accessKeyId')),
      secret(entry.secretAccessKey, at('secretAccessKey')),
      entry.sessionToken === undefined ? undefined : secret(entry.sessionToken, at('sessionToken')),
    ])
    if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
    return { accessKeyId, secretAccessKey, sessionToken }
  }

  const proxyPassword = async () => {
    const reference = sections.aws?.proxy?.password
    return reference === undefined ? undefined : secret(reference, ['aws', 'proxy', 'password'])
  }

  const ca = async () => {
    const name = sections.aws?.caFile
    return name === undefined ? undefined : text(['aws', 'caFile'], name, certificateBytes)
  }

  const metadata = async () => {
    const one = async (provider: SamlEntry | undefined, index: number) => {
      if (provider === undefined || !('file' in provider.metadata)) return []
      const path = ['signIn', 'saml', index, 'metadata', 'file']
      const found = await text(path, provider.metadata.file, metadataBytes)
      return found === undefined ? [] : [[index, found] as const]
    }
    return new Map((await Promise.all(sections.saml.map(one))).flat())
  }

  const headers = () => readHeaders(sections.headers, readers)
  const ldap = () => readLdap(sections.ldap, readers)

  const samlKeys = async () => {
    const entries = sections.signIn?.samlKeys ?? []
    const one = async (entry: (typeof entries)[number], index: number) => {
      const path = ['signIn', 'samlKeys', index]
      const [certificate, key] = await Promise.all([
        text([...path, 'certificate'], entry.certificate, certificateBytes),
        secret(entry.key, [...path, 'key']),
      ])
      if (certificate === undefined || key === undefined) return []
      const pair = readSamlKeyPair({ certificate, key }, { path, report, now })
      return pair === undefined ? [] : [pair]
    }
    const pairs = (await Promise.all(entries.map(one))).flat()
    if (pairs.length > 0 && !pairs.some(canDecrypt)) {
      const remedy = 'add an RSA key if a provider is to encrypt; without one it must not'
      report.warning(['signIn', 'samlKeys'], 'EC keys sign, and cannot decrypt', remedy)
    }
    return pairs
  }

  const policies = () => readGrantPolicies(sections, text, report)
  const sinks = () => readSinks(sections, readers)

  const [found] = await Promise.all([
    all({ tls, keys, proxyPassword, ca, metadata, policies, headers, ldap, samlKeys, sinks }),
    checkStore(sections, sources.directory, report),
  ])
  return found
}

/** Runs all of them side by side. */
async function all<T extends Record<string, unknown>>(
  readers: {
    readonly [K in keyof T]: () => Promise<T[K]>
  },
): Promise<T> {
  const running = Object.entries(readers).map(async ([name, read]) => [name, await read()])
  return Object.fromEntries(await Promise.all(running)) as T
}

async function checkStore(sections: Sections, base: string, report: Report): Promise<void> {
  if (sections.store === undefined) return
  if (sections.store.file === ':memory:') {
    const message = 'nothing is kept: users, sessions and the audit log are lost when it stops'
    report.warning(['store', 'file'], message, 'name a file, unless this is a test')
    return
  }
  const directory = dirname(resolvePath(base, sections.store.file))
  try {
    await access(directory, constants.W_OK | constants.X_OK)
  } catch {
    const message = `the directory ${directory} is not there, or this user may not write to it`
    report.warning(['store', 'file'], message, 'make it before the gateway starts')
  }
}
