/** A gateway before an upstream that verifies what reaches it, as AWS does. */
import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createHttpAgents,
  createPayloadReader,
  namesPayload,
  Secret,
  staticCredentials,
  verifyRequestHead,
  verifySignedRequest,
} from '@rolecall/aws'
import { onTestFinished } from 'vitest'
import type { AuditEvent } from '../../src/audit/index.ts'
import {
  createSigningGateway,
  type GatewayCaller,
  type Listening,
  listenForGateway,
  type SigningGateway,
  type SigningGatewayOptions,
} from '../../src/delivery/signing-gateway/index.ts'

/** The gateway's own credentials, which only it and the upstream know. */
export const own = {
  accessKeyId: 'ASIAGATEWAY',
  secretAccessKey: 'own-secret-MARKER',
  sessionToken: 'own-token-MARKER',
} as const

export const token = 'token-of-build-MARKER'

/** A caller that may do everything unless told otherwise. */
export function caller(over: Partial<GatewayCaller> = {}): GatewayCaller {
  return {
    name: 'build',
    tokenSha256: sha256(token),
    keys: { accessKeyId: 'RGWBUILD', secretAccessKey: new Secret('build-secret-MARKER') },
    isAnonymous: false,
    allow: [{ services: ['*'], regions: ['*'], methods: ['*'], paths: undefined }],
    roleArn: undefined,
    ...over,
  }
}

export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text)
}

/** What reached the upstream, after its signature held. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly service: string
  readonly region: string
  readonly payload: string
}

export interface Upstream {
  readonly url: string
  readonly seen: Seen[]
  /** Requests that came and did not end, or did not verify. */
  readonly broken: string[]
}

/** An AWS that knows the gateway's credentials, and answers with what came. */
export async function startUpstream(
  answer?: (request: IncomingMessage, response: ServerResponse, seen: Seen) => void,
): Promise<Upstream> {
  const seen: Seen[] = []
  const broken: string[] = []
  const server = createServer((incoming, response) => {
    void receive(incoming).then(
      one => {
        seen.push(one)
        if (answer !== undefined) answer(incoming, response, one)
        else {
          response.setHeader('x-amzn-requestid', 'aws-request-1')
          response.end(`${one.method} ${one.url} ${one.body.length}`)
        }
      },
      (error: unknown) => {
        broken.push(error instanceof Error ? error.message : String(error))
        if (!response.destroyed) response.writeHead(403).end(String(error))
      },
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen, broken }
}

async function receive(incoming: IncomingMessage): Promise<Seen> {
  const { method = '', url = '', headersDistinct: headers } = incoming
  const scope = /Credential=\w+\/\d+\/([\w-]+)\/([\w-]+)\//.exec(headers.authorization?.[0] ?? '')
  const [, region = '', service = ''] = scope ?? []
  const head = { method, path: url, headers }
  const options = {
    now: new Date(),
    service,
    allowUnsignedPayload: true,
    findCredentials: (id: string) => (id === own.accessKeyId ? own : undefined),
  }
  const pieces: Uint8Array[] = []
  if (namesPayload(head)) {
    const reader = createPayloadReader(verifyRequestHead(head, options))
    for await (const piece of incoming) pieces.push(...reader.push(piece as Buffer))
    reader.end()
  } else {
    for await (const piece of incoming) pieces.push(piece as Buffer)
    verifySignedRequest({ ...head, body: Buffer.concat(pieces) }, options)
  }
  const payload = headers['x-amz-content-sha256']?.[0] ?? ''
  return {
    method,
    url,
    headers: incoming.headers,
    body: Buffer.concat(pieces),
    service,
    region,
    payload,
  }
}

export interface Running {
  readonly url: string
  readonly events: AuditEvent[]
  readonly warnings: string[]
  readonly listening: Listening
  readonly gateway: SigningGateway
}

/** A listening gateway that sends everything to `upstream`. */
export async function startGateway(
  upstream: Pick<Upstream, 'url'>,
  over: Partial<SigningGatewayOptions> = {},
): Promise<Running> {
  const events: AuditEvent[] = []
  const warnings: string[] = []
  const agents = createHttpAgents()
  const gateway = createSigningGateway({
    callers: [caller()],
    endpoints: { '*': upstream.url },
    credentials: staticCredentials(own),
    sts: { region: 'eu-central-1', endpoint: upstream.url },
    agents,
    audit: { record: async event => void events.push(event) },
    warn: message => warnings.push(message),
    ...over,
  })
  const listening = await listenForGateway(gateway, { kind: 'tcp', host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await listening.close(0)
    await gateway.close()
    agents.close()
  })
  return { url: listening.url, events, warnings, listening, gateway }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly trailers: IncomingMessage['trailers']
}

/** One request over `node:http`, which sends the path as it stands. */
export function send(
  url: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: {
    method?: string
    headers?: Record<string, string | string[]>
    body?: string | Uint8Array
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, path, method, headers, agent: false }, response => {
      const pieces: Buffer[] = []
      response.on('data', piece => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString(),
          trailers: response.trailers,
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** With the caller's token. */
export const bearer = { authorization: `Bearer ${token}` }
