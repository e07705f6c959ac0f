/** What is said about a configuration file, one line for each problem. */
import { join } from 'node:path'
import { loadConfig, type Problem } from '../../src/config/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** `line:column key (value): message → remedy`, the file's directory written as DIR. */
export async function problemsOf(text: string | Uint8Array): Promise<string[]> {
  const directory = temporaryDirectory({ 'c.yaml': text })
  const file = join(directory, 'c.yaml')
  const result = await loadConfig(file, { env: {} })
  return result.ok ? [] : result.problems.map(problem => line(problem).replaceAll(directory, 'DIR'))
}

function line({ line: at, column, key, value, message, remedy }: Problem): string {
  return `${at}:${column} ${key}${value === '' ? '' : ` (${value})`}: ${message} → ${remedy}`
}
