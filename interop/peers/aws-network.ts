/** The network as AWS's own tools see it: behind this proxy every host of AWS is the simulator. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Lifetime } from '../lifetime.ts'

/** A proxy that takes `CONNECT` to AWS's hosts and ends their TLS with a certificate of its own. */
export interface AwsNetwork {
  /** The settings that make `aws` and boto3 use it. */
  readonly env: Readonly<Record<string, string>>
  readonly proxyUrl: string
  /** PEM file with the authority of its certificates. */
  readonly caFile: string
  /** Every host that was asked for, in order. */
  readonly hosts: readonly string[]
}

const names = [
  '*.amazonaws.com',
  ...['us-east-1', 'eu-central-1'].flatMap(region => [
    `*.${region}.amazonaws.com`,
    `*.s3.${region}.amazonaws.com`,
  ]),
]

/** Starts it in front of a simulator. */
export async function startAwsNetwork(
  lifetime: Lifetime,
  simulatorUrl: string,
): Promise<AwsNetwork> {
  const folder = lifetime.folder('aws-network')
  const [keyFile, caFile] = [join(folder, 'aws.key'), join(folder, 'aws.crt')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=AWS', '-newkey', 'rsa:2048'],
      ...['-addext', `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}`],
      ...['-keyout', keyFile, '-out', caFile],
    ],
    { stdio: 'ignore' },
  )
  const target = new URL(simulatorUrl)
  const aws = createTlsServer(
    { key: readFileSync(keyFile), cert: readFileSync(caFile) },
    (incoming, answer) => forward(target, incoming, answer),
  )
  const hosts: string[] = []
  const proxy = createServer((_, answer) => answer.writeHead(405).end())
  proxy.on('connect', ({ url = '' }, socket) => {
    hosts.push(url.replace(/:443$/, ''))
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    aws.emit('connection', socket)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  lifetime.onEnd(async () => {
    proxy.close()
    proxy.closeAllConnections()
    aws.closeAllConnections()
  })
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const env = { HTTPS_PROXY: proxyUrl, NO_PROXY: '127.0.0.1,localhost', AWS_CA_BUNDLE: caFile }
  return { env, proxyUrl, caFile, hosts }
}

function forward(target: URL, incoming: IncomingMessage, answer: ServerResponse): void {
  const outgoing = request(
    {
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.rawHeaders,
    },
    received => {
      answer.writeHead(received.statusCode ?? 502, received.rawHeaders)
      received.pipe(answer)
    },
  )
  outgoing.on('error', () => answer.destroy())
  incoming.pipe(outgoing)
}
