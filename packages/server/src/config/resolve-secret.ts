import { execFile } from 'node:child_process'
import { Secret } from '@rolecall/aws'
import type { SecretReference } from './schema-parts.ts'
import { readTextFile, resolvePath, UnreadableFile } from './text-file.ts'

/** Where the references of a file lead. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What relative files stand in and commands run in. */
  readonly directory: string
}

/** Why a secret could not be had; neither part quotes it. */
export interface SecretRefusal {
  readonly refused: string
  readonly remedy: string
}

const maxBytes = 65_536
/** How long a command may take, in milliseconds. */
const commandDeadline = 10_000

/** Reads the secret from where the reference says; one line end at its end is cut. */
export async function resolveSecret(
  reference: SecretReference,
  sources: SecretSources,
  deadline = commandDeadline,
): Promise<Secret | SecretRefusal> {
  const text = await readSecret(reference, sources, deadline)
  if (typeof text !== 'string') return text
  const value = text.replace(/\r?\n$/, '')
  if (value === '') return { refused: 'the secret is empty', remedy: 'put the secret there' }
  if (value.includes('\0')) return { refused: 'the secret holds a NUL', remedy: 'check its source' }
  return new Secret(value)
}

async function readSecret(
  reference: SecretReference,
  { env, directory }: SecretSources,
  deadline: number,
): Promise<string | SecretRefusal> {
  if (typeof reference === 'string') return reference
  if ('env' in reference) {
    const value = env[reference.env]
    if (value !== undefined) return value
    const remedy = `set ${reference.env} for the process that runs the gateway`
    return { refused: `the environment variable ${reference.env} is not set`, remedy }
  }
  if ('file' in reference) {
    const file = resolvePath(directory, reference.file)
    try {
      return await readTextFile(file, maxBytes)
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      const remedy = 'check the path and that the gateway’s user may read it'
      return { refused: `the file ${file} cannot be used: ${error.message}`, remedy }
    }
  }
  return run(reference.command, env, directory, deadline)
}

function run(
  [program = '', ...parameters]: readonly string[],
  env: SecretSources['env'],
  directory: string,
  deadline: number,
): Promise<string | SecretRefusal> {
  const remedy = 'run it by hand as the gateway’s user: it must print the secret and exit with 0'
  return new Promise(done => {
    const options = {
      cwd: directory,
      env: { ...env },
      timeout: deadline,
      killSignal: 'SIGKILL',
      maxBuffer: maxBytes,
      windowsHide: true,
    } as const
    const child = execFile(program, parameters, options, (error, stdout) => {
      if (error === null) done(stdout)
      else done({ refused: `the command ${program} failed: ${reasonOf(error, deadline)}`, remedy })
    })
    child.stdin?.end()
  })
}

/** Node's own message repeats the arguments and the error output, where a secret may stand. */
function reasonOf(
  error: Error & { code?: unknown; killed?: boolean; signal?: unknown },
  deadline: number,
): string {
  if (error.code === 'ENOENT') return 'there is no such program'
  if (error.code === 'EACCES') return 'this user may not run it'
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return `it printed more than ${maxBytes / 1024} KiB`
  }
  if (error.killed === true) return `it did not end within ${deadline / 1000} seconds`
  return typeof error.code === 'number' ? `exit code ${error.code}` : `signal ${error.signal}`
}
