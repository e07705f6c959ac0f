/** Everything but answers at once. What it loads is compiled once and kept. */
import { useCompileCache } from './compile-cache.ts'

export async function runWholeProgram(words: readonly string[]): Promise<void> {
  useCompileCache(process.env)
  const { runProcess } = await import('./run-process.ts')
  await runProcess(words)
}
