import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { isBusy, storeFailure } from './sqlite-errors.ts'
import type { TakeTurn } from './turns.ts'

/** How long a locked database is waited for, in milliseconds. */
const lockDeadline = 5000
const longestPause = 25

/**
 * The one connection as one of its users sees it. A statement takes a turn, a transaction keeps its
 * turn until it ends. While another process holds the lock nobody has the turn, so that reading,
 * which needs no lock, goes on. SQLite's own busy timeout would stop the whole process; a statement
 * that was refused as busy has had no effect, so it is tried again.
 */
export class SharedConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection
  readonly #takeTurn: TakeTurn
  #giveTurn: (() => void) | undefined

  constructor(connection: DatabaseConnection, takeTurn: TakeTurn) {
    this.#connection = connection
    this.#takeTurn = takeTurn
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#giveTurn !== undefined) return await this.#execute(query)
    const result = await this.keepTurn<R>(query)
    this.giveTurn()
    return result
  }

  /** Executes the query when it is not locked out, and keeps the turn. Throws without the turn. */
  async keepTurn<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const deadline = performance.now() + lockDeadline
    for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
      this.#giveTurn = await this.#takeTurn()
      try {
        return await this.#execute(query)
      } catch (error) {
        this.giveTurn()
        if (!isBusy(error) || performance.now() >= deadline) throw error
      }
      await sleep(pause)
    }
  }

  giveTurn(): void {
    this.#giveTurn?.()
    this.#giveTurn = undefined
  }

  streamQuery<R>(query: CompiledQuery, size: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#connection.streamQuery(query, size)
  }

  async #execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.#connection.executeQuery<R>(query)
    } catch (error) {
      throw storeFailure(error)
    }
  }
}
