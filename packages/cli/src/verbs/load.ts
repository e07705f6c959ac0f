import { type Config, loadConfig, openStore, type Store, StoreError } from '@rolecall/server'
import { configurationFailure, Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { printProblem } from './print-problem.ts'

/** Loads the configuration, or says every problem on the error output and fails. */
export async function load(file: string, terminal: Terminal): Promise<Config> {
  const result = await loadConfig(file, { env: terminal.env })
  if (result.ok) return result.config
  for (const problem of result.problems) printProblem(problem, 'problem', terminal)
  throw configurationFailure(file, result.problems.length)
}

/** Opens the configuration's store for the time of `work`. */
export async function withStore<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  try {
    const store = await openStore(config.store.file)
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    if (error instanceof StoreError) throw new Failure('store', error.message, error.remedy)
    throw error
  }
}
