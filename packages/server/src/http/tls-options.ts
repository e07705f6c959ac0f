/** How the listener serves TLS: with which certificate, and whether it asks clients for theirs. */
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { Config } from '../config/config.ts'

/** The part that a running listener can change; it counts for the connections that come from then on. */
export function secureContext(
  config: Config,
  tls: NonNullable<Config['listen']['tls']>,
): SecureContextOptions {
  const ca = clientAuthorities(config)
  return {
    cert: tls.certificate,
    key: tls.key.reveal(),
    ...(ca.length === 0 ? {} : { ca: [...ca] }),
  }
}

/**
 * A client without a certificate is served all the same: whether one is needed says the source of the
 * headers that come with the request.
 */
export function tlsOptions(config: Config, tls: NonNullable<Config['listen']['tls']>): TlsOptions {
  const asks = clientAuthorities(config).length > 0
  return {
    ...secureContext(config, tls),
    ...(asks ? { requestCert: true, rejectUnauthorized: false } : {}),
  }
}

/** The authorities of all client certificates that a source wants, PEM. */
export function clientAuthorities({ signIn }: Config): readonly string[] {
  return signIn.headers.flatMap(({ clientCertificate }) => clientCertificate?.ca ?? [])
}
