/** Service providers in Python: a script of `python/`, asked line by line, with Debian's libraries. */
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { IdentityProvider } from '../idp/identity-provider.ts'
import type { Outcome, ServiceProvider } from '../idp/service-provider.ts'
import type { Lifetime } from '../lifetime.ts'
import { makeKeyPair } from './key-pair.ts'

/** Starts `python/NAME.py`. */
export async function startPythonServiceProvider(
  lifetime: Lifetime,
  idp: IdentityProvider,
  name: 'pysaml2' | 'python3-saml',
): Promise<ServiceProvider> {
  const folder = lifetime.folder(name)
  const pair = makeKeyPair(folder, 'sp')
  const file = fileURLToPath(new URL(`python/${name}.py`, import.meta.url))
  const { child, output } = lifetime.daemon(
    '/usr/bin/python3',
    ['-B', file, idp.metadataFile, pair.keyFile, pair.certificateFile],
    { cwd: folder },
  )
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('python3 has no streams')
  // Writing to one that has ended is told by the answer that does not come.
  stdin.on('error', () => undefined)
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  let id = ''

  async function ask<Answer>(command: Readonly<Record<string, string>>): Promise<Answer> {
    stdin?.write(`${JSON.stringify(command)}\n`)
    const line = await lines.next()
    if (line.done === true) throw new Error(`${name} has ended\n${output()}`)
    return JSON.parse(line.value) as Answer
  }

  const { metadata } = await ask<{ metadata: string }>({ do: 'metadata' })
  return {
    name,
    metadata,
    async begin() {
      const request = await ask<{ id: string; url: string }>({ do: 'request' })
      id = request.id
      return request.url
    },
    finish: (_, { fields }) =>
      ask<Outcome>({ do: 'response', id, SAMLResponse: fields.SAMLResponse ?? '' }),
  }
}
