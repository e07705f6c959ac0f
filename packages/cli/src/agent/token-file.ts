import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { Failure } from '../failure.ts'

const longest = 4096

/** A token that nobody guesses: 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/**
 * The token that stands in the file; a new one is written there when there is no such file, for its owner
 * alone and without a line end, which SDKs would refuse. Of several who do so at once all have the same.
 * Throws {@link Failure} `configuration` for a file that others own or may write, or everybody may read.
 */
export async function tokenOfFile(file: string, user = process.getuid?.()): Promise<string> {
  try {
    return (await readToken(file, user)) ?? (await writeToken(file, user))
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    throw new Failure(
      'configuration',
      `cannot use the token file ${file}: ${code}`,
      'check the directory and who may read and write there',
    )
  }
}

/** `user`: undefined where files have no owner and no mode. */
async function readToken(file: string, user: number | undefined): Promise<string | undefined> {
  // Opening a pipe would wait for its writer for ever.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (handle === undefined) return undefined
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw refused(file, 'it is no file', 'name a file')
    if (user !== undefined && stat.uid !== user && stat.uid !== 0) {
      throw refused(file, `it belongs to another user (${stat.uid})`, 'remove it, or name another')
    }
    if (user !== undefined && (stat.mode & 0o026) !== 0) {
      const mode = (stat.mode & 0o777).toString(8)
      throw refused(file, `others may read or write it (mode ${mode})`, `run: chmod 600 ${file}`)
    }
    if (stat.size > longest) throw refused(file, 'it is too large for a token', 'remove it')
    const token = await handle.readFile('utf8')
    if (/^[\x21-\x7e]{32,}$/.test(token)) return token
    throw refused(
      file,
      'it does not hold 32 or more printable characters without a line end',
      'remove it, and a new token is written; SDKs refuse a token with a line end',
    )
  } finally {
    await handle.close()
  }
}

async function writeToken(file: string, user: number | undefined): Promise<string> {
  const token = newToken()
  // Whole or not at all, and never through a link that somebody else has put there.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(token)
    await handle.chmod(0o600)
  } finally {
    await handle.close()
  }
  try {
    await link(draft, file)
    return token
  } catch (error) {
    // Another was faster: its token counts. A link that leads nowhere is replaced.
    const other = isTaken(error) ? await readToken(file, user) : undefined
    if (other !== undefined) return other
    await rename(draft, file)
    return token
  } finally {
    await rm(draft, { force: true })
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

function refused(file: string, why: string, hint: string): Failure {
  return new Failure('configuration', `cannot use the token file ${file}: ${why}`, hint)
}
