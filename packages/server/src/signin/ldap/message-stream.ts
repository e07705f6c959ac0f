/** What stands between the socket of a directory server and the client library. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { elementAt, tags } from './ber.ts'
import { LdapUnavailable } from './ldap-unavailable.ts'
import { checkMessage } from './message-shape.ts'

const mostOfMessage = 4 * 1024 * 1024
const mostOfAll = 32 * 1024 * 1024

/** Whole, checked messages, one a chunk; the cookie of the last page of a search. */
export interface MessageStream {
  /** An open connection, as the library takes one. */
  readonly socket: Socket
  /** Of the last search that ended; empty when there is no other page. */
  cookie(): Buffer
  /** Why it ended, when that was not the other side. */
  failure(): Error | undefined
}

/** Passes on what a server says, message by message; ends the connection at one that is none, or too large. */
export function messageStream(socket: Socket): MessageStream {
  let waiting: Buffer[] = []
  let size = 0
  let needed = 2
  let total = 0
  let cookie: Buffer = Buffer.alloc(0)
  let failure: Error | undefined

  const fail = (error: Error): void => {
    failure ??= error
    stream.destroy()
  }
  const stream = new Duplex({
    readableObjectMode: true,
    read: () => undefined,
    write: (chunk: Buffer, encoding, done) => void socket.write(chunk, encoding, done),
    final: done => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy()
      done(error)
    },
  })

  /** Passes on the messages that are complete, and keeps the rest; what is wrong with one, if something is. */
  const passOn = (): string | undefined => {
    let bytes = Buffer.concat(waiting)
    needed = 2
    while (bytes.length > 0) {
      const element = elementAt(bytes, 0)
      if (element === undefined || bytes[0] !== tags.sequence) return 'an answer that is not LDAP'
      needed = element === 'incomplete' ? bytes.length + 1 : element.to
      if (needed > mostOfMessage) return 'an answer that is too large'
      if (element === 'incomplete' || bytes.length < element.to) break
      const message = checkMessage(bytes, element)
      if (message === undefined) return 'an answer that is malformed'
      if (message.isSearchDone) cookie = message.cookie
      stream.push(bytes.subarray(0, element.to))
      bytes = bytes.subarray(element.to)
      needed = 2
    }
    waiting = bytes.length === 0 ? [] : [bytes]
    size = bytes.length
    return undefined
  }

  socket.on('data', (piece: Buffer) => {
    if (failure !== undefined) return
    total += piece.length
    waiting.push(piece)
    size += piece.length
    const isTooMuch = total > mostOfAll
    const wrong = isTooMuch ? 'more answers than are read' : size < needed ? undefined : passOn()
    if (wrong !== undefined) fail(new LdapUnavailable(wrong))
  })
  socket.on('error', fail)
  socket.on('end', () => void stream.push(null))
  socket.on('close', () => void stream.destroy())

  // The library asks a socket that it is given for these two, and else uses it as a stream.
  const open = Object.assign(stream, { connecting: false, readyState: 'open' })
  return { socket: open as unknown as Socket, cookie: () => cookie, failure: () => failure }
}
