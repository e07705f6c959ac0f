/** Apache as the proxy that signs people in: the lines of docs/sign-in.md, in front of a gateway. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@rolecall/cli/demo'
import { createServer, type GatewayServer, loadConfig, openStore } from '@rolecall/server'
import type { Lifetime } from '../lifetime.ts'
import { startApache } from './apache.ts'

/** Both of them. */
export interface HeaderProxy {
  /** Of Apache. */
  readonly origin: string
  /** Of the gateway itself. */
  readonly behind: string
  readonly audit: GatewayServer['audit']
}

/** The people of the proxy; each password is the name backwards. */
export const people = ['alice', 'Bob'] as const
/** What only the proxy sends. */
export const proxySecret = 'a-secret-of-32-characters-or-so!'

const modules = ['auth_basic', 'authn_file', 'headers', 'proxy', 'proxy_http']
const documentation = join(import.meta.dirname, '..', '..', 'docs', 'sign-in.md')

/** Starts a gateway that trusts this machine with the secret, and Apache in front of it. */
export async function startHeaderProxy(lifetime: Lifetime): Promise<HeaderProxy> {
  const folder = lifetime.folder('header-proxy')
  const { behind, audit } = await startGateway(lifetime, folder)
  const passwords = people.map(name => {
    const hash = createHash('sha1').update(passwordOf(name)).digest('base64')
    return `${name}:{SHA}${hash}\n`
  })
  const file = join(folder, 'people')
  writeFileSync(file, passwords.join(''))
  const [, snippet] = /```apache\n([\s\S]*?)```/.exec(readFileSync(documentation, 'utf8')) ?? []
  assert(snippet !== undefined, 'docs/sign-in.md has no lines for Apache')
  const lines = snippet
    .replace('http://10.1.2.10:8080/', `${behind}/`)
    .replace('/etc/apache2/people', file)
    .replace(/"put the secret here[^"]*"/, JSON.stringify(proxySecret))
  const [first = '', ...rest] = modules.map(name => `${name}_module modules/mod_${name}.so`)
  const loads = rest.map(module => `LoadModule ${module}`)
  const { origin } = await startApache(lifetime, {
    folder,
    module: first,
    configuration: [...loads, lines].join('\n'),
  })
  return { origin, behind, audit }
}

/** The password of one of the people. */
export function passwordOf(name: string): string {
  return [...name].reverse().join('')
}

async function startGateway(lifetime: Lifetime, folder: string) {
  const port = await freePort()
  const behind = `http://127.0.0.1:${port}`
  const file = join(folder, 'rolecall.yaml')
  const proxy = {
    ...{ id: 'proxy', from: ['127.0.0.1'], username: 'X-Remote-User', groups: 'X-Remote-Groups' },
    secret: { header: 'X-Proxy-Secret', value: proxySecret },
  }
  writeFileSync(
    file,
    JSON.stringify({
      publicUrl: behind,
      listen: { host: '127.0.0.1', port, trustedProxies: ['127.0.0.1'] },
      store: { file: ':memory:' },
      aws: { credentials: { source: 'static', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' } },
      signIn: { password: false, headers: [proxy] },
    }),
  )
  const loaded = await loadConfig(file)
  assert(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.problems, null, 2))
  const store = await openStore(':memory:')
  lifetime.onEnd(() => store.close())
  const gateway = await createServer({ config: loaded.config, store })
  lifetime.onEnd(() => gateway.close())
  await gateway.listen()
  return { behind, audit: gateway.audit }
}
