import { createServer } from 'node:net'

/** True when the port of 127.0.0.1 can be listened on now. */
export async function isFree(port: number): Promise<boolean> {
  return tryPort(port).then(
    () => true,
    () => false,
  )
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  return tryPort(0)
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer()
    listener.once('error', reject)
    listener.listen(port, '127.0.0.1', () => {
      const address = listener.address()
      const found = typeof address === 'object' && address !== null ? address.port : port
      listener.close(() => resolve(found))
    })
  })
}
