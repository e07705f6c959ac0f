import { request } from 'node:http'
import { type SigningOptions, signRequest } from '@rolecall/aws'
import { afterAll } from 'vitest'
import { type Simulator, startSimulator, type World } from '../src/index.ts'
import { hub, spoke } from './running.ts'

export const writerKeys = {
  accessKeyId: 'AKIATESTWRITER000001',
  secretAccessKey: 'test-secret-of-the-writer-0000000000000',
}
export const readerKeys = {
  accessKeyId: 'AKIATESTREADER000001',
  secretAccessKey: 'test-secret-of-the-reader-0000000000000',
}
export const foreignKeys = {
  accessKeyId: 'AKIATESTFOREIGN00001',
  secretAccessKey: 'test-secret-of-the-foreigner-0000000000',
}

const user = (
  name: string,
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
  actions: string | readonly string[],
  resource = '*',
) => ({
  name,
  accessKeys: [{ id: keys.accessKeyId, secret: keys.secretAccessKey }],
  policies: [
    {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: actions, Resource: resource },
    },
  ],
})

/** A bucket in each of two regions; a user who may do all, one who may only read what is public, one of elsewhere. */
const s3World: World = {
  accounts: [
    {
      id: hub,
      users: [
        user('writer', writerKeys, ['s3:*', 'sts:AssumeRole']),
        user('reader', readerKeys, ['s3:GetObject'], 'arn:aws:s3:::plain/public/*'),
      ],
      roles: [
        {
          name: 'Storage',
          trust: {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole' },
          },
          policies: [
            {
              Version: '2012-10-17',
              Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
            },
          ],
        },
      ],
      buckets: [{ name: 'plain' }, { name: 'central', region: 'eu-central-1' }],
    },
    { id: spoke, users: [user('foreigner', foreignKeys, 's3:*')] },
  ],
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The Code of an error. */
  readonly code: string | undefined
}

/** What a request of the tests may have; the rest is usual. */
export interface Sending {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signing?: Partial<SigningOptions>
  /** Of the Host header, where it is not the listener's own. */
  readonly host?: string
}

/** The simulator of a test file with a world for S3, and a client that signs with `writerKeys` if not told otherwise. */
export async function runS3(options: Omit<Parameters<typeof startSimulator>[0], 'world'> = {}) {
  const simulator = await startSimulator({ world: s3World, ...options })
  afterAll(() => simulator.close())
  const send = (method: string, path: string, sending: Sending = {}) =>
    sendSigned(simulator, method, path, sending)
  return { simulator, send }
}

function sendSigned(
  simulator: Simulator,
  method: string,
  path: string,
  { headers = {}, body = '', signing = {}, host = new URL(simulator.url).host }: Sending,
): Promise<Answer> {
  const signed = signRequest(
    { method, url: `http://${host}${path}`, headers, body },
    { credentials: writerKeys, region: 'us-east-1', service: 's3', now: new Date(), ...signing },
  )
  return sendRaw(simulator, method, path, signed, [body])
}

/** Sends a request as it stands; the body in pieces. Rejects when the connection ends before the answer does. */
export function sendRaw(
  simulator: Simulator,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Iterable<string | Uint8Array> = [],
): Promise<Answer> {
  const { hostname, port } = new URL(simulator.url)
  const pieces = [...body].map(piece => Buffer.from(piece))
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const isTold = headers['transfer-encoding'] === undefined && (length > 0 || method === 'PUT')
  const sizes = isTold ? { 'content-length': String(length) } : {}
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { ...sizes, ...headers }, agent: false },
      response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1]
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, code })
        })
      },
    )
    sent.on('error', reject)
    for (const piece of pieces) sent.write(piece)
    sent.end()
  })
}

/** The texts of all elements of a name. */
export function texts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(
    ([, text]) => text ?? '',
  )
}
