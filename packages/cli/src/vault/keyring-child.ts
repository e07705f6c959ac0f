/**
 * A process of its own that talks to the system's keyring: a call into it can hang, and nothing ends a call
 * but the end of its process. Lines of JSON: requests on standard input, answers on standard output.
 */
import { createInterface } from 'node:readline'
import { Entry, findCredentials } from '@napi-rs/keyring'
import type { KeyringRequest } from './keyring-calls.ts'

/** What the entries of this program are filed under. */
const service = 'rolecall'
// Without it the kernel's keyring would be taken where there is no Secret Service: it forgets at log-out.
const options = { linux: { store: 'secret-service' as const } }
const entry = (name: string) => new Entry(service, name, options)

function answer(request: KeyringRequest): unknown {
  switch (request.call) {
    case 'get':
      return entry(request.name).getPassword() ?? null
    case 'set':
      return entry(request.name).setPassword(request.value)
    case 'delete':
      return entry(request.name).deletePassword()
    case 'names':
      return findCredentials(service).map(({ account }) => account)
  }
}

process.stdout.write('{"ready":true}\n')
for await (const line of createInterface({ input: process.stdin })) {
  let result: object
  try {
    result = { value: answer(JSON.parse(line)) ?? null }
  } catch (error) {
    result = { error: error instanceof Error ? error.message : String(error) }
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
