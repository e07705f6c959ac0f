declare module 'aws4' {
  interface Request {
    service: string
    region: string
    method: string
    host: string
    path: string
    headers: Record<string, string | number>
    body?: string
  }
  interface Credentials {
    accessKeyId: string
    secretAccessKey: string
  }
  const aws4: {
    /** Adds the headers of the signature to the request and returns it. */
    sign(request: Request, credentials: Credentials): Request
  }
  export = aws4
}
