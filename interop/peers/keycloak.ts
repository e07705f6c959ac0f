/** Keycloak's own distribution, as Maven Central has it, in a folder of its own on loopback. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@rolecall/cli/demo'
import type { Lifetime } from '../lifetime.ts'

/** The newest that runs on Debian 12's Java. */
const version = '26.5.6'
/** It builds itself at its first start: half a minute on a machine that does nothing else. */
const startSeconds = 600

/** A realm as Keycloak's import takes it. */
export interface Realm {
  readonly realm: string
  readonly [key: string]: unknown
}

/** Starts it with these realms, which may name its own address; gives that address. */
export async function startKeycloak(
  lifetime: Lifetime,
  realmsAt: (url: string) => readonly Realm[],
): Promise<string> {
  const folder = lifetime.folder('keycloak')
  const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`
  const quiet = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] as const, timeout: 600_000 }
  execFileSync(
    'mvn',
    ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`],
    { ...quiet, stdio: [...quiet.stdio] },
  )
  execFileSync('unzip', ['-q', `keycloak-quarkus-dist-${version}.zip`], {
    ...quiet,
    stdio: [...quiet.stdio],
  })
  const home = join(folder, `keycloak-${version}`)
  const [port, managementPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  mkdirSync(join(home, 'data', 'import'), { recursive: true })
  for (const realm of realmsAt(url)) {
    writeFileSync(join(home, 'data', 'import', `${realm.realm}.json`), JSON.stringify(realm))
  }
  const daemon = lifetime.daemon(
    join(home, 'bin', 'kc.sh'),
    [
      ...['start-dev', '--import-realm', '--http-host=127.0.0.1', `--http-port=${port}`],
      ...[`--http-management-port=${managementPort}`, '--log-level=warn'],
    ],
    { env: { JAVA_OPTS_APPEND: '-Xmx640m -XX:TieredStopAtLevel=1' } },
  )
  await daemon.ready(async () => {
    const patience = { signal: AbortSignal.timeout(3000) }
    const answer = await fetch(`${url}/realms/company`, patience).catch(() => undefined)
    return answer?.ok === true
  }, startSeconds)
  return url
}
