/** The configuration that the steps of the path use: checked, resolved, frozen. */
import type { KeyObject } from 'node:crypto'
import type { CredentialSource, HttpProxy, Secret } from '@rolecall/aws'
import type { Account } from '../nouns.ts'
import type { AuditSinkConfig } from './audit-config.ts'
import type { DiscoveryConfig } from './discovery-config.ts'
import type { GrantRule } from './grant-rule.ts'
import type { SigningGatewayConfig } from './signing-gateway-config.ts'
import type { AllowedAlgorithm } from './weak-algorithms.ts'

/** One SAML identity provider, and our own names towards it. */
export interface SamlProviderConfig {
  readonly id: string
  readonly title: string
  /** One of the two. A file's text is read at load. */
  readonly metadata: { readonly xml: string; readonly file: string } | { readonly url: string }
  readonly entityId: string | undefined
  readonly spEntityId: string
  readonly acsUrl: string
  /** Where it sends what belongs to single logout. */
  readonly sloUrl: string
  readonly attributes: {
    readonly username: string
    readonly displayName: string | undefined
    readonly email: string | undefined
    readonly groups: readonly string[]
  }
  readonly allowUnsolicited: boolean
  readonly forceAuthn: boolean
  /** Classes of which an answer must have one; empty: any. */
  readonly authnContexts: readonly string[]
  readonly clockSkewSeconds: number
  readonly allow: readonly AllowedAlgorithm[]
  /** Whether a sign-out here goes on at the provider. */
  readonly logout: 'local' | 'single'
  /** Undefined: as the provider's metadata wants. */
  readonly signRequests: boolean | undefined
  readonly emailDomains: readonly string[]
}

/** A proxy in front that says in headers who sends a request. Header names in lower case. */
export interface HeaderSourceConfig {
  readonly id: string
  readonly title: string
  readonly emailDomains: readonly string[]
  /** Addresses and CIDR networks of peers. */
  readonly from: readonly string[]
  readonly username: string
  readonly lowerCase: boolean
  readonly displayName: string | undefined
  readonly email: string | undefined
  readonly groups: string | undefined
  readonly separator: string
  readonly secret: { readonly header: string; readonly value: Secret } | undefined
  readonly clientCertificate:
    | {
        /** PEM, read at load. */
        readonly ca: string
        readonly subject: string | undefined
        /** SHA-256 as 64 lower-case hexadecimal digits. */
        readonly fingerprint: string | undefined
      }
    | undefined
  /** Group sources: `system`, or ids. */
  readonly groupsFrom: readonly string[]
  readonly logoutUrl: string | undefined
}

/** A server of a directory. */
export interface LdapServer {
  /** As the file has it. */
  readonly url: string
  /** A name or an address without brackets. */
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'start-tls' | 'plain'
}

/** How the groups of a person are found. */
export interface LdapGroups {
  readonly base: string
  readonly attribute: string
  readonly membership: 'member' | 'uniqueMember' | 'memberOf' | 'memberUid'
  readonly nested: 'auto' | 'in-chain' | 'walk' | 'none'
  readonly filter: string | undefined
}

/** An LDAP directory, or Active Directory. */
export interface LdapSourceConfig {
  readonly id: string
  readonly title: string
  readonly emailDomains: readonly string[]
  readonly servers: readonly LdapServer[]
  /** PEM, read at load. */
  readonly ca: string | undefined
  readonly timeoutMs: number
  /** Undefined: anonymous. */
  readonly bind: { readonly dn: string; readonly password: Secret } | undefined
  readonly users: {
    readonly base: string
    readonly attribute: string
    readonly filter: string | undefined
    readonly displayName: string
    readonly email: string
    readonly attributes: readonly string[]
  }
  readonly groups: LdapGroups | undefined
  readonly recheckSeconds: number
}
/** Hosts that are known by their address. */
export interface MachinesConfig {
  readonly id: string
  readonly domains: readonly string[]
  /** Addresses and CIDR networks. */
  readonly networks: readonly string[]
  /** `address` or `address:port`; empty: those of the system. */
  readonly nameServers: readonly string[]
  readonly timeoutMs: number
}

/** Where AFP's API is served, and to whom. */
export type FederationApiConfig = {
  /** Begins with a slash, and does not end with one. */
  readonly prefix: string
} & (
  | { readonly for: 'people'; readonly sources: readonly string[] }
  | {
      readonly for: 'machines'
      readonly hosts: readonly string[]
      readonly plainHttp: boolean
    }
)

/** One of our own SAML keys with its certificate. An EC key signs; an RSA key decrypts as well. */
export interface SamlKeyPair {
  /** PEM, one block. */
  readonly certificate: string
  /** Private. */
  readonly key: KeyObject
}

/** The whole configuration, frozen. */
export interface Config {
  readonly file: string
  /** Origin only, no trailing slash: `https://aws.example.com`. */
  readonly publicUrl: string
  readonly title: string
  readonly listen: {
    readonly host: string
    readonly port: number
    /** PEM texts, read at load. */
    readonly tls: { readonly certificate: string; readonly key: Secret } | undefined
    /** Addresses and CIDR networks. */
    readonly trustedProxies: readonly string[]
  }
  /** An absolute path, or `:memory:`. */
  readonly store: { readonly file: string }
  readonly signIn: {
    readonly saml: readonly SamlProviderConfig[]
    readonly headers: readonly HeaderSourceConfig[]
    readonly ldap: readonly LdapSourceConfig[]
    /** The lists of sources as the file orders them; one that it lacks may be left out. */
    readonly order: readonly ('saml' | 'headers' | 'ldap')[]
    /** The first signs. */
    readonly samlKeys: readonly SamlKeyPair[]
    readonly password: boolean
    readonly machines: MachinesConfig | undefined
    readonly session: { readonly idleSeconds: number; readonly absoluteSeconds: number }
  }
  /** Sessions of the `rolecall` command. */
  readonly commandLine: { readonly enabled: boolean; readonly lifetimeSeconds: number }
  readonly aws: {
    readonly region: string
    readonly credentials: CredentialSource
    readonly sourceIdentity: boolean
    readonly endpoints: {
      readonly sts: string | undefined
      readonly federation: string | undefined
      readonly console: string | undefined
      readonly iam: string | undefined
      readonly organizations: string | undefined
    }
    readonly timeoutMs: number
    readonly failoverRegion: string | undefined
    readonly proxy: HttpProxy | undefined
    /** In the words of NO_PROXY. */
    readonly noProxy: readonly string[]
    /** Authorities as PEM, read at load; undefined: Node's. */
    readonly ca: string | undefined
  }
  readonly accounts: readonly Account[]
  readonly discovery: DiscoveryConfig | undefined
  readonly grants: readonly GrantRule[]
  readonly targets: { readonly prefix: string; readonly compat: 'awscons' | undefined }
  readonly audit: { readonly sinks: readonly AuditSinkConfig[] }
  /** Counts a minute. */
  readonly limits: {
    readonly signInPerAddress: number
    readonly passwordsPerAddress: number
    readonly passwordsPerUsername: number
    readonly deliveryPerPrincipal: number
    readonly deliveryPerAddress: number
    readonly apiPerPrincipal: number
    readonly apiPerAddress: number
  }
  readonly federationApi: readonly FederationApiConfig[]
  readonly signingGateway: SigningGatewayConfig | undefined
}
