/** A directory server of a test's own: it says what no real server on this machine would. */
import { createServer, type Socket } from 'node:net'
import { BerReader, BerWriter, type Filter, FilterParser } from 'ldapts'
import { onTestFinished } from 'vitest'

/** What was asked of it. */
export type Asked =
  | { readonly kind: 'bind'; readonly dn: string; readonly password: string }
  | { readonly kind: 'search'; readonly base: string; readonly filter: Filter }
  | { readonly kind: 'extended' }

/** An entry: its name, and its attributes. */
export interface TinyEntry {
  readonly dn: string
  readonly [attribute: string]: string | Buffer | readonly (string | Buffer)[]
}

/** What it says: bytes as they are, or a result with entries before it. */
export type Said =
  | Buffer
  | { readonly result: number; readonly message?: string; readonly entries?: readonly TinyEntry[] }

/** A server that listens until the test is over. */
export interface TinyDirectory {
  readonly port: number
  /** All that it was asked, in the order in which it came. */
  readonly asked: readonly Asked[]
  /** How many connections there were. */
  connections(): number
}

/** Starts one; `answer` says what to send, undefined closes the connection. */
export async function startTinyDirectory(
  answer: (asked: Asked, id: number, socket: Socket) => Said | undefined,
): Promise<TinyDirectory> {
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', bytes => {
      const request = readRequest(bytes)
      if (request === undefined) return
      asked.push(request.asked)
      const said = answer(request.asked, request.id, socket)
      if (said === undefined) socket.destroy()
      else socket.write(Buffer.isBuffer(said) ? said : answers(request, said))
    })
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, asked, connections: () => connections }
}

interface Request {
  readonly id: number
  readonly asked: Asked
}

const responses = { bind: 0x61, search: 0x65, extended: 0x78 } as const

/** Each request of these tests comes in one piece. */
function readRequest(bytes: Buffer): Request | undefined {
  const reader = new BerReader(bytes)
  reader.readSequence()
  const id = reader.readInt() ?? 0
  const operation = reader.readSequence()
  if (operation === 0x60) {
    reader.readInt()
    const dn = reader.readString() ?? ''
    return { id, asked: { kind: 'bind', dn, password: reader.readString(0x80) ?? '' } }
  }
  if (operation === 0x77) return { id, asked: { kind: 'extended' } }
  if (operation !== 0x63) return undefined
  const base = reader.readString() ?? ''
  reader.readEnumeration()
  reader.readEnumeration()
  reader.readInt()
  reader.readInt()
  reader.readBoolean()
  return { id, asked: { kind: 'search', base, filter: FilterParser.parse(reader) } }
}

function answers({ id, asked }: Request, said: Exclude<Said, Buffer>): Buffer {
  const { result, message = '', entries = [] } = said
  return Buffer.concat([
    ...entries.map(entry => entryMessage(id, entry)),
    resultMessage(id, responses[asked.kind], result, message),
  ])
}

/** An LDAPResult. */
export function resultMessage(id: number, tag: number, result: number, message = ''): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(id)
  writer.startSequence(tag)
  writer.writeEnumeration(result)
  writer.writeString('')
  writer.writeString(message)
  writer.endSequence()
  writer.endSequence()
  return Buffer.from(writer.buffer)
}

/** A SearchResultDone with the control of a page (RFC 2696). */
export function lastOfPage(id: number, cookie: string): Buffer {
  const control = new BerWriter()
  control.startSequence()
  control.writeInt(0)
  control.writeString(cookie)
  control.endSequence()
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(id)
  writer.startSequence(responses.search)
  writer.writeEnumeration(0)
  writer.writeString('')
  writer.writeString('')
  writer.endSequence()
  writer.startSequence(0xa0)
  writer.startSequence()
  writer.writeString('1.2.840.113556.1.4.319')
  writer.writeBuffer(Buffer.from(control.buffer), 0x04)
  writer.endSequence()
  writer.endSequence()
  writer.endSequence()
  return Buffer.from(writer.buffer)
}

/** A SearchResultEntry. */
export function entryMessage(id: number, { dn, ...attributes }: TinyEntry): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(id)
  writer.startSequence(0x64)
  writer.writeString(dn)
  writer.startSequence()
  for (const [name, values] of Object.entries(attributes)) {
    writer.startSequence()
    writer.writeString(name)
    writer.startSequence(0x31)
    for (const value of Array.isArray(values) ? values : [values]) {
      if (Buffer.isBuffer(value)) writer.writeBuffer(value, 0x04)
      else writer.writeString(String(value))
    }
    writer.endSequence()
    writer.endSequence()
  }
  writer.endSequence()
  writer.endSequence()
  writer.endSequence()
  return Buffer.from(writer.buffer)
}
