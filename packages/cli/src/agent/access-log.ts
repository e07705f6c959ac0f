import { closeSync, openSync, writeSync } from 'node:fs'
import type { EndpointAnswer, EndpointRequest } from '@rolecall/aws'
import { Failure } from '../failure.ts'
import type { Output } from '../terminal.ts'
import { plainAddress } from './address.ts'

/** One line a request. */
export interface AccessLog {
  /** Throws when the line cannot be written. */
  write(line: AccessLine): void
  close(): void
}

/** What a line says. */
export interface AccessLine {
  readonly at: Date
  readonly protocol: 'container' | 'imds'
  readonly request: EndpointRequest
  readonly answer: EndpointAnswer
}

const longestText = 200

/** Lines on an output. */
export function logTo(output: Output): AccessLog {
  return {
    write: line => {
      output.write(textOf(line))
      // Its reader has gone away. A stream of a process that ends says so at once.
      if (output.errored) throw output.errored
    },
    close: () => undefined,
  }
}

/** Lines at the end of a file that only its owner reads. Throws {@link Failure} `configuration`. */
export function logToFile(file: string): AccessLog {
  let descriptor: number
  try {
    descriptor = openSync(file, 'a', 0o600)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    throw new Failure(
      'configuration',
      `cannot write the access log ${file}: ${code}`,
      'check the directory and who may write there, or leave --access-log out for standard error',
    )
  }
  return {
    // At once, and before the answer: what was handed out without a line would be lost for good.
    write: line => {
      const bytes = Buffer.from(textOf(line))
      // A disk that is almost full takes a part, and fails at the next one.
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
    },
    close: () => closeSync(descriptor),
  }
}

function textOf({ at, protocol, request, answer }: AccessLine): string {
  const { method, target, headers, remoteAddress } = request
  const line = {
    at: at.toISOString(),
    protocol,
    peer: remoteAddress === undefined ? undefined : plainAddress(remoteAddress),
    method,
    // A query is no part of these protocols: what stands there may be a secret.
    path: bounded(target.replace(/\?.*$/s, '')),
    status: answer.status,
    result: answer.result,
    role: answer.role,
    reason: answer.reason,
    host: answer.result === 'refused_host' ? bounded(headers.host) : undefined,
    agent: bounded(headers['user-agent']),
  }
  // A terminal obeys more characters than JSON escapes, and callers choose the text.
  const text = JSON.stringify(line).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, character =>
    character.split('').map(jsonEscape).join(''),
  )
  return `${text}\n`
}

const jsonEscape = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

const bounded = (text: string | undefined): string | undefined => text?.slice(0, longestText)
