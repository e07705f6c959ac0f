/** What a developer does with the command, each time as a process of its own. */
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import type { Visitor } from '@rolecall/simulator'
import type { Step } from './step.ts'

/** What the command is walked through with. */
export interface CommandWalk {
  readonly url: string
  /** A folder for what the command keeps; made when it is not there. */
  readonly home: string
  /** Who is signed in at the server's page, and allows the command. */
  readonly person: Visitor
}

const role = 'prod/Administrator'
const longestMs = 60_000

/** The steps in order; each builds on those before it. */
export function commandJob({ url, home, person }: CommandWalk): readonly Step[] {
  const { PATH, Path, SystemRoot } = process.env
  const env = {
    PATH: PATH ?? Path,
    SystemRoot,
    HOME: home,
    USERPROFILE: home,
    ROLECALL_KEYRING: 'file',
  }
  const rolecall = (...words: readonly string[]) => runCommand(words, env)
  return [
    {
      title: 'the command signs in by a code',
      run: async () => {
        await mkdir(home, { recursive: true, mode: 0o700 })
        await rolecall('configure', url, '--skip-prompt').ended
        const login = rolecall('login', '--device')
        await Promise.race([login.shows(codePattern), login.ended])
        const [code = ''] = codePattern.exec(login.shown()) ?? []
        const fields = { user_code: code, decision: 'allow' }
        await person.post(`${url}/device`, fields, { origin: url })
        await login.ended
        return /^signed in: .*$/m.exec(login.shown())?.[0] ?? code
      },
    },
    {
      title: 'the command lists the roles',
      run: async () => {
        const roles: unknown = JSON.parse(await rolecall('roles', '--json').ended)
        return `${Array.isArray(roles) ? roles.length : 0} roles`
      },
    },
    {
      title: 'a program runs with a role',
      run: async () => {
        const script =
          'process.stdout.write(process.env.ROLECALL_ROLE + " " + process.env.AWS_ACCESS_KEY_ID)'
        return await rolecall('exec', role, '--', process.execPath, '-e', script).ended
      },
    },
    {
      title: 'AWS knows whom the command works as',
      run: async () => {
        const { arn }: { arn?: unknown } = Object(
          JSON.parse(await rolecall('whoami', role, '--json').ended),
        )
        return String(arn)
      },
    },
  ]
}

const codePattern = /\b[A-Z]{4}-[A-Z]{4}\b/

/** Starts this very command; `ended` has what it printed, and fails when it did. */
function runCommand(words: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      if (code === 0) resolve(out)
      else reject(new Error(`rolecall ${words[0]} ended with ${code}: ${err.trim()}`))
    })
  })
  const shows = (pattern: RegExp) =>
    new Promise<void>(resolve => {
      child.stderr.on('data', () => {
        if (pattern.test(err)) resolve()
      })
    })
  return { ended, shows, shown: () => err }
}
