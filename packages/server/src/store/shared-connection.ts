import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { storeFailure } from './sqlite-errors.ts'
import type { Turns } from './turns.ts'
import { lockDeadline, whenUnlocked } from './when-unlocked.ts'

/**
 * The one connection as one of its users sees it. A statement takes a turn, a transaction keeps its
 * turns until it ends; whoever writes has the turn at the write lock too.
 */
export class SharedConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection
  readonly #turns: Turns
  #giveTurn: (() => void) | undefined

  constructor(connection: DatabaseConnection, turns: Turns) {
    this.#connection = connection
    this.#turns = turns
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#giveTurn !== undefined) return await this.#execute(query)
    const result = await this.keepTurn<R>(query)
    this.giveTurn()
    return result
  }

  /** Executes the query when it is not locked out, and keeps the turn. Throws without the turn. */
  async keepTurn<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    // Counted from here: those who wait for their turn wait for the same lock.
    const deadline = lockDeadline()
    const isRead = query.query.kind === 'SelectQueryNode'
    const giveWrite = isRead ? () => undefined : await this.#turns.write()
    try {
      const execute = () => this.#execute<R>(query)
      const kept = await whenUnlocked(this.#turns.connection, execute, deadline)
      this.#giveTurn = () => {
        kept.giveTurn()
        giveWrite()
      }
      return kept.result
    } catch (error) {
      giveWrite()
      throw error
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
