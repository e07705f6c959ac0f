/** What zsh and fish put on the line when somebody completes, and what they then run. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inLifetime } from '../lifetime.ts'
import { rolecallMain } from '../peers/rolecall.ts'
import type { Suite } from './suite.ts'

const run = promisify(execFile)

/** A name that would do harm wherever a shell took it for more than a name. */
const hostile = `evil $(touch pwned) \`touch pwned\` "q" 'x' {a,b} *; touch pwned #\\z`

/** `npm run interop -- shells` */
export const shellsSuite: Suite = {
  name: 'shells',
  title: 'zsh and fish complete the command, and run nothing of what is completed',
  packages: ['zsh', 'fish'],
  run: check =>
    inLifetime(async lifetime => {
      const folder = lifetime.folder('shells')
      const { env, asked } = person(folder)
      const script = async (shell: string) =>
        (await run(process.execPath, [rolecallMain, 'completion', shell], { env })).stdout
      const expected = ['profiles', 'sync', '-a', hostile]

      await check('zsh: a connection with a hostile name', async () => {
        writeFileSync(join(folder, '_rolecall'), await script('zsh'))
        writeFileSync(join(folder, 'drive.zsh'), zshDriver)
        await run('zsh', ['-f', join(folder, 'drive.zsh')], { cwd: folder, env, timeout: 120_000 })
        assert.deepEqual(asked(), expected)
        assert.ok(!existsSync(join(folder, 'pwned')))
      })
      await check('fish: a connection with a hostile name', async () => {
        writeFileSync(join(folder, 'rolecall.fish'), await script('fish'))
        await run('fish', ['--no-config', '-c', fishDriver], { cwd: folder, env, timeout: 120_000 })
        assert.deepEqual(asked(), expected)
        assert.ok(!existsSync(join(folder, 'pwned')))
      })
      await check('fish: verbs with their descriptions', async () => {
        const program = 'source rolecall.fish; complete -C "rolecall profiles "'
        const said = await run('fish', ['--no-config', '-c', program], { cwd: folder, env })
        assert.match(said.stdout, /^sync\ta profile for each role/m)
      })
    }),
}

/** A person's files, and a command that completes as ours does and else notes what it was asked for. */
function person(folder: string) {
  const noted = join(folder, 'asked')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'rolecall'),
    `#!/bin/sh
if [ "$1" = __complete ]; then exec '${process.execPath}' '${rolecallMain}' "$@"; fi
printf '%s\\0' "$@" > '${noted}.new' && mv '${noted}.new' '${noted}'
`,
  )
  chmodSync(join(bin, 'rolecall'), 0o755)
  writeFileSync(
    join(folder, 'connections'),
    `[${hostile}]\nprovider = Rolecall\nurl = https://aws.example.com\n`,
  )
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: folder,
    ROLECALL_CONFIG: join(folder, 'connections'),
    ROLECALL_STATE: join(folder, 'state'),
    LC_ALL: 'C.UTF-8',
    TERM: 'dumb',
  }
  /** What the command was asked for since the last time. */
  const asked = () => {
    const words = readFileSync(noted, 'utf8').split('\0').slice(0, -1)
    rmSync(noted)
    return words
  }
  return { env, asked }
}

/** Types into a zsh on a terminal of its own, which the module zsh/zpty makes. */
const zshDriver = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT='' fpath=($PWD \\$fpath); autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word; print REA''DY"
zpty -r -m z said '*READY*'
zpty -w -n z $'rolecall profiles sync -a ev\\t'
zpty -r -m z said '*pwned*'
zpty -w -n z $'\\r'
for ((i = 0; i < 200; i++)); do [[ -e asked ]] && break; sleep 0.1; done
zpty -d z
`

/** What fish would put on the line, run as it would be. */
const fishDriver = `source rolecall.fish
set -l found (complete -C --escape "rolecall profiles sync -a ev")
eval rolecall profiles sync -a (string split \\t -- $found[1])[1]
`
