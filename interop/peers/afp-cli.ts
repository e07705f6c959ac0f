/** The command of AWS Federation Proxy, as PyPI has it, in a virtual environment of its own. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Lifetime } from '../lifetime.ts'

const run = promisify(execFile)

/** What Debian does not have; the rest it has. */
const requirements = [
  'afp-cli==370.326 --hash=sha256:8ddfa7ba1a6ade4e319f933085565b49d49d5af2172d1e88830d8447bad6ea4e',
  'yamlreader==3.0.4 --hash=sha256:765688036d57104ac26e4500ab088d42f4f2d06687ce3daa26543d7ae38c2470',
]

/** What the command needs of Debian. */
export const afpCliPackages = [
  ...['python3-venv', 'python3-docopt', 'python3-keyring', 'python3-requests'],
  ...['python3-secretstorage', 'python3-six', 'python3-yaml'],
]

/** How a run ended. */
export interface AfpRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Both executables, with a home of their own. */
export interface AfpCli {
  /** Of `~/.aws/credentials` and of its own settings. */
  readonly home: string
  /** `afp` and `afpv2`; it asks for the password and gets this one. */
  run(executable: 'afp' | 'afpv2', args: readonly string[], password: string): Promise<AfpRun>
}

/** Installs it; without PyPI it fails with what pip says. */
export async function installAfpCli(lifetime: Lifetime): Promise<AfpCli> {
  const [folder, home] = [lifetime.folder('afp-cli'), lifetime.folder('afp-home')]
  const file = join(folder, 'requirements.txt')
  writeFileSync(file, `${requirements.join('\n')}\n`)
  const venv = join(folder, 'venv')
  await run('/usr/bin/python3', ['-m', 'venv', '--system-site-packages', venv])
  const pip = ['install', '--quiet', '--no-deps', '--require-hashes', '-r', file]
  await run(join(venv, 'bin/pip'), pip, { timeout: 120_000 })
  return {
    home,
    run(executable, args, password) {
      return new Promise(resolve => {
        // A session of its own has no terminal, so the password is read from standard input.
        const child = execFile(
          '/usr/bin/setsid',
          ['--wait', join(venv, 'bin', executable), ...args],
          { env: { HOME: home, PATH: '/usr/bin:/bin', SHELL: '/bin/bash' }, timeout: 60_000 },
          (error, stdout, stderr) =>
            resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
        )
        child.stdin?.end(`${password}\n`)
      })
    },
  }
}
