import type { Socket } from 'node:net'
import { elementAt } from './ber.ts'
import { asUnavailable, LdapUnavailable } from './ldap-unavailable.ts'
import { checkMessage } from './message-shape.ts'

const mostOfAnswer = 4096

/** ExtendedRequest 1.3.6.1.4.1.1466.20037 (RFC 4511, 4.14.1) as message 1. */
const startTlsRequest = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
])

/**
 * Asks the server to go on with TLS. Whatever else comes before TLS is refused: somebody on the way could put
 * the beginning of an answer there, which TLS would then complete.
 */
export function requestStartTls(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0)
    const end = (error?: Error): void => {
      socket.off('data', onData)
      socket.off('error', onError)
      socket.off('close', onClose)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onError = (cause: Error): void => end(asUnavailable('StartTLS', cause))
    const onClose = (): void => end(new LdapUnavailable('StartTLS: the connection was closed'))
    const onData = (piece: Buffer): void => {
      bytes = Buffer.concat([bytes, piece])
      const element = elementAt(bytes, 0)
      const isWhole = typeof element === 'object' && bytes.length >= element.to
      if (!isWhole && element !== undefined && bytes.length <= mostOfAnswer) return
      const isAlone = isWhole && bytes.length === element.to
      const answer = isAlone ? checkMessage(bytes, element) : undefined
      if (answer?.id !== 1 || answer.result === undefined) {
        end(new LdapUnavailable('StartTLS: the answer is not one answer alone'))
      } else if (answer.result !== 0) {
        end(new LdapUnavailable(`StartTLS: refused with LDAP result ${answer.result}`))
      } else end()
    }
    socket.on('data', onData)
    socket.on('error', onError)
    socket.on('close', onClose)
    socket.write(startTlsRequest)
  })
}
