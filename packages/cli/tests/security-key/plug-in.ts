import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { SoftwareKey } from './software-key.ts'

/** Every call of a tool: what it was called with, and its environment. */
export interface ToolCall {
  readonly tool: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A folder with the two tools, for PATH, whose keys are these. It is gone after the test. */
export async function plugIn(
  keys: readonly SoftwareKey[],
): Promise<{ readonly env: { readonly PATH: string }; calls(): Promise<readonly ToolCall[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'software-key-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const state = join(folder, 'keys.json')
  await writeFile(state, JSON.stringify(keys))
  // Its types are taken out once, not at each of its many starts.
  const source = await readFile(new URL('./software-key.ts', import.meta.url), 'utf8')
  const program = join(folder, 'software-key.mjs')
  await writeFile(program, stripTypeScriptTypes(source))
  for (const tool of ['fido2-token', 'fido2-assert']) {
    const file = join(folder, tool)
    await writeFile(
      file,
      `#!/bin/sh\nexec '${process.execPath}' '${program}' '${state}' ${tool} "$@"\n`,
    )
    await chmod(file, 0o755)
  }
  return {
    env: { PATH: folder },
    async calls() {
      const lines = (await readFile(`${state}.log`, 'utf8')).trim().split('\n')
      return lines.map(line => JSON.parse(line))
    },
  }
}
