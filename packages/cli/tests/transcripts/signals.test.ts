import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { commandWords, onTerminal } from './support/on-terminal.ts'

// Processes wait for each other on a machine with few cores.
vi.setConfig({ testTimeout: 90_000 })

const home = mkdtempSync(join(tmpdir(), 'rolecall-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
mkdirSync(join(home, '.config', 'rolecall'), { recursive: true })
writeFileSync(
  join(home, '.config', 'rolecall', 'config'),
  '[default]\nprovider = JumpCloud\nurl = http://127.0.0.1:9/saml2/aws\n',
)

test('a signal at a question ends the command, and the terminal is as it was', async () => {
  const pid = join(home, 'pid')
  const script = `sh -c 'echo $$ > "$0"; exec "$@"' "$0" "$@"; echo "code $?"; stty -a`
  const { screen } = await onTerminal(['login', '--username', 'alice'], {
    env: { HOME: home, ROLECALL_KEYRING: 'off' },
    through: ['sh', '-c', script, pid, ...commandWords],
    steps: [
      ['Password of alice', async () => process.kill(Number(readFileSync(pid, 'utf8')), 'SIGTERM')],
    ],
  })
  expect(screen).toContain('code 143')
  expect(screen).toMatch(/(?<!-)\bisig icanon\b/)
  expect(screen).toMatch(/(?<!-)\becho\b/)
})
