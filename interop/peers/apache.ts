/** Debian's Apache with a configuration of its own, on loopback, beside the system's service. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@rolecall/cli/demo'
import type { Page } from '@rolecall/simulator'
import type { Lifetime } from '../lifetime.ts'

/** A running Apache. */
export interface Apache {
  readonly origin: string
  /** Its error log. */
  log(): string
}

interface Setup {
  /** Where its files lie. */
  readonly folder: string
  /** The module of the service provider, as LoadModule wants it: name and file. */
  readonly module: string
  readonly configuration: string
}

/** Starts it with a page `/facts` that answers the environment a module made; see `readFacts`. */
export async function startApache(lifetime: Lifetime, setup: Setup): Promise<Apache> {
  const { folder } = setup
  const port = await freePort()
  const log = join(folder, 'apache.log')
  const facts = join(folder, 'facts.cgi')
  writeFileSync(facts, "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\nexec env -0\n")
  chmodSync(facts, 0o755)
  const loaded = ['mpm_prefork', 'authn_core', 'authz_core', 'authz_user', 'alias', 'cgi']
  const lines = [
    'ServerRoot /usr/lib/apache2',
    `ServerName 127.0.0.1:${port}`,
    `Listen 127.0.0.1:${port}`,
    `PidFile ${join(folder, 'apache.pid')}`,
    `DefaultRuntimeDir ${folder}`,
    `DocumentRoot ${folder}`,
    `ErrorLog ${log}`,
    'UseCanonicalName On',
    'StartServers 1',
    'MinSpareServers 1',
    'MaxSpareServers 2',
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    ...loaded.map(name => `LoadModule ${name}_module modules/mod_${name}.so`),
    `LoadModule ${setup.module}`,
    `ScriptAlias /facts ${facts}`,
    setup.configuration,
  ]
  const file = join(folder, 'apache.conf')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const daemon = lifetime.daemon('/usr/sbin/apache2', ['-f', file, '-DFOREGROUND'])
  const origin = `http://127.0.0.1:${port}`
  await daemon.ready(() =>
    fetch(`${origin}/`, { redirect: 'manual' }).then(
      () => true,
      () => false,
    ),
  )
  return { origin, log: () => readFileSync(log, 'utf8') }
}

/** The environment of `/facts`. */
export function readFacts({ body }: Page): ReadonlyMap<string, string> {
  return new Map(
    body.split('\0').map(line => {
      const equals = line.indexOf('=')
      return [line.slice(0, equals), line.slice(equals + 1)] as const
    }),
  )
}
