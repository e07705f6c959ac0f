/** Requests over bare sockets: what sends them costs as little as it can. */
import { connect, type Socket } from 'node:net'

export const token = 'token-of-the-bench-0123456789'

/** Of one large body. */
export const bodyBytes = 64 * 1024 * 1024

const piece = Buffer.alloc(64 * 1024, 'x')

function head(method: string, target: string, length?: number): string {
  return [
    `${method} ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    'User-Agent: bench',
    'Accept: */*',
    `Authorization: Bearer ${token}`,
    ...(length === undefined ? [] : [`Content-Length: ${length}`]),
    '\r\n',
  ].join('\r\n')
}

const small = head(
  'GET',
  '/sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15',
)

/** A kept-alive connection. */
export interface Connection {
  readonly socket: Socket
  /** The next whole answer: its status and the length of its body. */
  answer(): Promise<{ status: number; length: number }>
}

/** Connects; answers must have a Content-Length. */
export function open(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
      resolve({ socket, answer }),
    )
    let settle:
      | {
          resolve: (answer: { status: number; length: number }) => void
          reject: (error: Error) => void
        }
      | undefined
    let text = ''
    let found: { status: number; length: number; left: number } | undefined
    const fail = (error: Error) => {
      reject(error)
      settle?.reject(error)
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the connection was closed')))
    socket.on('data', data => {
      let body = data.length
      if (found === undefined) {
        text += data.toString('latin1')
        const end = text.indexOf('\r\n\r\n')
        if (end < 0) return
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
        found = { status: Number(text.slice(9, 12)), length, left: length }
        body = text.length - end - 4
        text = ''
      }
      found.left -= body
      if (found.left > 0) return
      const { status, length } = found
      found = undefined
      settle?.resolve({ status, length })
    })
    const answer = () =>
      new Promise<{ status: number; length: number }>((done, failed) => {
        settle = { resolve: done, reject: failed }
      })
  })
}

/** One small request and its answer. */
export async function askSmall(connection: Connection): Promise<void> {
  const answered = connection.answer()
  connection.socket.write(small)
  mustBeOk(await answered)
}

/** One body of 64 MiB there, and one back. */
export async function sendLarge(connection: Connection, bytes = bodyBytes): Promise<void> {
  const answered = connection.answer()
  await upload(connection, bytes)
  mustBeOk(await answered)
}

/** One body of 64 MiB back. */
export async function fetchLarge(connection: Connection): Promise<void> {
  const answered = connection.answer()
  connection.socket.write(head('GET', '/s3.eu-central-1.amazonaws.com/bucket/bytes'))
  const { length } = mustBeOk(await answered)
  if (length !== bodyBytes) throw new Error(`${length} bytes came`)
}

async function upload({ socket }: Connection, bytes: number): Promise<void> {
  socket.write(head('PUT', '/s3.eu-central-1.amazonaws.com/bucket/bytes', bytes))
  for (let left = bytes; left > 0; left -= piece.length) {
    if (!socket.write(piece)) await new Promise<void>(resolve => void socket.once('drain', resolve))
  }
}

function mustBeOk(answer: { status: number; length: number }) {
  if (answer.status !== 200) throw new Error(`the answer has the status ${answer.status}`)
  return answer
}
