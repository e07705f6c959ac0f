import { AwsError } from '@rolecall/aws'
import type { Outgoing } from '../http/exchange.ts'
import { Fault } from './fault.ts'

/** An XML answer with the headers of AWS's services. */
export function xmlAnswer(status: number, body: string, requestId: string, now: Date): Outgoing {
  return {
    status,
    headers: {
      'content-type': 'text/xml',
      'content-length': String(Buffer.byteLength(body)),
      'x-amzn-requestid': requestId,
      // SDKs set their clocks by this header.
      date: now.toUTCString(),
    },
    body,
  }
}

/** What goes on the wire for whatever was thrown. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof AwsError && error.status !== undefined) {
    return new Fault(error.status, error.code, error.message)
  }
  return new Fault(500, 'InternalFailure', 'The simulator failed; please report how to repeat it.')
}
