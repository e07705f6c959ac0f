/** A DNS server on loopback UDP (RFC 1035) that knows what a test tells it. */
import { createSocket } from 'node:dgram'
import { isIPv4 } from 'node:net'
import { readAddress, reverseName } from '../../src/signin/machines/addresses.ts'

type RecordType = 'A' | 'AAAA' | 'PTR' | 'CNAME'

/** One record; `*.example.com` is a wildcard. `data` is an address or a name. */
export interface DnsRecord {
  readonly name: string
  readonly type: RecordType
  readonly data: string
  readonly ttl?: number
}

/** A running server; the records may be changed at any time. */
export interface DnsServer {
  /** `127.0.0.1:PORT` */
  readonly address: string
  records: readonly DnsRecord[]
  /** Names, lower case, that are answered with SERVFAIL, or not at all. */
  readonly broken: Map<string, 'servfail' | 'silent'>
  /** `TYPE name` of each question so far. */
  readonly questions: string[]
  close(): Promise<void>
}

const typeCodes: Readonly<Record<RecordType, number>> = { A: 1, CNAME: 5, PTR: 12, AAAA: 28 }

/** Starts it on a free port. */
export async function startDnsServer(records: readonly DnsRecord[]): Promise<DnsServer> {
  const socket = createSocket('udp4')
  const server = {
    address: '',
    records,
    broken: new Map<string, 'servfail' | 'silent'>(),
    questions: [] as string[],
    close: () => new Promise<void>(resolve => socket.close(() => resolve())),
  }
  socket.on('message', (query, peer) => {
    const { name, type, end } = readQuestion(query)
    server.questions.push(`${type ?? '?'} ${name}`)
    const fault = server.broken.get(name)
    if (fault === 'silent') return
    const found = fault === undefined && type !== undefined ? find(server.records, name, type) : []
    const rcode = fault === 'servfail' ? 2 : found.length > 0 || has(server.records, name) ? 0 : 3
    const header = Buffer.alloc(12)
    header.writeUInt16BE(query.readUInt16BE(0), 0)
    header.writeUInt16BE(0x8580 | rcode, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(found.length, 6)
    socket.send(Buffer.concat([header, query.subarray(12, end), ...found.map(encode)]), peer.port)
  })
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  server.address = `127.0.0.1:${socket.address().port}`
  return server
}

/** A host with one address and the PTR record that points back. */
export function hostRecords(name: string, address: string, ttl = 60): readonly DnsRecord[] {
  const type = isIPv4(address) ? 'A' : 'AAAA'
  return [{ name, type, data: address, ttl }, pointer(address, name)]
}

/** The PTR record of an address. */
export function pointer(address: string, name: string): DnsRecord {
  const read = readAddress(address)
  if (read === undefined) throw new Error(`no address: ${address}`)
  return { name: reverseName(read), type: 'PTR', data: name, ttl: 60 }
}

function readQuestion(query: Buffer) {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const code = query.readUInt16BE(at + 1)
  const type = (['A', 'AAAA', 'PTR', 'CNAME'] as const).find(one => typeCodes[one] === code)
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 }
}

function matches(pattern: string, name: string): boolean {
  const plain = pattern.toLowerCase().replace(/\.$/, '')
  return plain === name || (plain.startsWith('*.') && name.endsWith(plain.slice(1)))
}

function has(records: readonly DnsRecord[], name: string): boolean {
  return records.some(record => matches(record.name, name))
}

/** With the names that a CNAME leads to, as a resolver answers. */
function find(
  records: readonly DnsRecord[],
  name: string,
  type: RecordType,
  depth = 0,
): DnsRecord[] {
  const own = records.filter(record => matches(record.name, name)).map(one => ({ ...one, name }))
  const alias = own.find(record => record.type === 'CNAME')
  if (alias === undefined || depth > 4) return own.filter(record => record.type === type)
  return [alias, ...find(records, alias.data.toLowerCase(), type, depth + 1)]
}

function encode({ name, type, data, ttl = 60 }: DnsRecord): Buffer {
  const body = type === 'A' || type === 'AAAA' ? addressBytes(data) : nameBytes(data)
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(typeCodes[type], 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(ttl, 4)
  fixed.writeUInt16BE(body.length, 8)
  return Buffer.concat([nameBytes(name), fixed, body])
}

function nameBytes(name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.')
  const parts = labels.map(label => {
    const bytes = Buffer.from(label, 'utf8')
    return Buffer.concat([Buffer.of(bytes.length), bytes])
  })
  return Buffer.concat([...parts, Buffer.of(0)])
}

function addressBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number))
  const read = readAddress(text)
  if (read === undefined) throw new Error(`no address: ${text}`)
  // The reverse name has all 32 digits, the last one first.
  const digits = reverseName(read).replace('.ip6.arpa', '').split('.').reverse().join('')
  return Buffer.from(digits, 'hex')
}
