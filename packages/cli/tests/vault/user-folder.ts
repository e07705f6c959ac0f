import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const folders = new Set<string>()
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A user's folders, for the tests of a file: `state`, and `run` as that of the session. */
export function userFolder(): { readonly folder: string; readonly env: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-vault-'))
  folders.add(folder)
  mkdirSync(join(folder, 'run'), { mode: 0o700 })
  const env = { ROLECALL_STATE: join(folder, 'state'), XDG_RUNTIME_DIR: join(folder, 'run') }
  return { folder, env }
}
