/** Stands for AWS: takes every body, and gives 64 MiB to who asks for `/bytes`. */
import { serveInChild } from './child.ts'
import { bodyBytes } from './load.ts'

const piece = Buffer.alloc(64 * 1024, 'x')
const small = `<GetCallerIdentityResponse>${'x'.repeat(300)}</GetCallerIdentityResponse>`

serveInChild((request, response) => {
  request.on('error', () => undefined)
  request.resume()
  request.once('end', () => {
    if (request.url !== '/bucket/bytes' || request.method !== 'GET') {
      response.writeHead(200, { 'content-length': small.length, 'x-amzn-requestid': 'a-b-c' })
      response.end(small)
      return
    }
    response.writeHead(200, { 'content-length': bodyBytes })
    let left = bodyBytes
    const more = () => {
      while (left > 0) {
        left -= piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
})
