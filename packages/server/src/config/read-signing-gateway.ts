import { hash } from 'node:crypto'
import { parseListen } from './check-signing-gateway.ts'
import type { KeyPath } from './key-path.ts'
import { createReaders } from './readers.ts'
import type { Report } from './report.ts'
import type { SecretSources } from './resolve-secret.ts'
import type { Sections } from './sections.ts'
import type { GatewayCaller, SigningGatewayConfig } from './signing-gateway-config.ts'
import { resolvePath } from './text-file.ts'

type Entry = NonNullable<Sections['signingGateway']>

const tokenPattern = /^[\w.~+/-]{16,512}=*$/

/**
 * The section with its secrets read; what cannot be read is reported. Of a token only its hash is kept. To be
 * used when nothing was reported.
 */
export async function readSigningGateway(
  entry: Entry,
  sources: SecretSources,
  report: Report,
): Promise<SigningGatewayConfig> {
  const { secret } = createReaders(sources, report)

  const caller = async (one: Entry['callers'][number], index: number): Promise<GatewayCaller> => {
    const path: KeyPath = ['signingGateway', 'callers', index]
    const token = one.token === undefined ? undefined : await secret(one.token, [...path, 'token'])
    if (token !== undefined && !tokenPattern.test(token.reveal())) {
      const message = 'a token has 16 to 512 letters, digits and -._~+/'
      report.problem([...path, 'token'], message, '`rolecall gateway keys NAME` makes one')
    }
    const secretAccessKey =
      one.keys === undefined
        ? undefined
        : await secret(one.keys.secretAccessKey, [...path, 'keys', 'secretAccessKey'])
    return {
      name: one.name,
      tokenSha256: token === undefined ? one.tokenSha256 : hash('sha256', token.reveal()),
      keys:
        one.keys === undefined || secretAccessKey === undefined
          ? undefined
          : { accessKeyId: one.keys.accessKeyId, secretAccessKey },
      isAnonymous: one.anonymous,
      allow: one.allow.map(({ services, regions, methods, paths }) => ({
        services,
        regions,
        methods,
        paths,
      })),
      roleArn: one.role,
    }
  }

  const callers = await Promise.all(entry.callers.map(caller))
  const listen = parseListen(entry.listen) ?? { kind: 'tcp', host: '127.0.0.1', port: 0 }
  return {
    listen:
      listen.kind === 'socket'
        ? { ...listen, path: resolvePath(sources.directory, listen.path) }
        : listen,
    prefix: entry.prefix,
    roleArn: entry.role,
    endpoints: entry.endpoints,
    s3Payload: entry.s3Payload,
    maxBufferedBytes: entry.maxBufferedBody * 1024 * 1024,
    routes: entry.routes.map(route => ({
      name: route.name,
      host: route.match.host?.toLowerCase(),
      path: route.match.path,
      header: route.match.header && {
        name: route.match.header.name.toLowerCase(),
        value: route.match.header.value,
      },
      service: route.service,
      region: route.region,
      upstream: route.upstream,
      roleArn: route.role,
    })),
    callers,
  }
}
