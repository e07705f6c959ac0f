/** Debian packages that a suite wants: installed where the machine lets us. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Installs Debian packages; true when all are there afterwards. */
export function installDebianPackages(packages: readonly string[]): boolean {
  if (packages.every(isInstalled)) return true
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  console.error(`installing Debian packages: ${packages.join(' ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const done = spawnSync('apt-get', args, { env, encoding: 'utf8' })
    if (done.status !== 0) {
      const said = done.error?.message ?? done.stderr.trim().split('\n').at(-1) ?? ''
      console.error(`apt-get ${args[0]}: ${said}`)
      return false
    }
  }
  return true
}

function isInstalled(name: string): boolean {
  const done = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' })
  return done.status === 0 && /^Status: .* installed$/m.test(done.stdout)
}
