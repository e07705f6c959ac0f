import type { LdapServer, LdapSourceConfig } from '../../config/config.ts'
import { type Conversation, converse } from './conversation.ts'
import { LdapUnavailable } from './ldap-unavailable.ts'
import { createTurns } from './turns.ts'

/** One server that answers: the reader's connection to it, and others. */
export interface AskedServer {
  readonly server: LdapServer
  /** Bound as the reader; anonymous without one. */
  readonly reader: Conversation
  /** Another connection, bound as nobody. */
  another(): Promise<Conversation>
}

/** The servers of one directory. */
export interface Servers {
  /** Rejects with what `job` throws, and with `LdapUnavailable` when no server answers. */
  ask<T>(job: (asked: AskedServer) => Promise<T>): Promise<T>
}

/** They are tried in the order of the file, from the one that answered last; all connections of a job go to one. */
export function createServers({ servers, bind, ca, timeoutMs }: LdapSourceConfig): Servers {
  const turn = createTurns(timeoutMs)
  let first = 0

  async function askOne<T>(
    server: LdapServer,
    job: (asked: AskedServer) => Promise<T>,
  ): Promise<T> {
    const ending = new AbortController()
    const timer = setTimeout(() => ending.abort(new LdapUnavailable('it took too long')), timeoutMs)
    const open: Conversation[] = []
    const another = async (): Promise<Conversation> => {
      const conversation = await converse(server, { ca, signal: ending.signal })
      open.push(conversation)
      return conversation
    }
    try {
      const reader = await another()
      if (bind !== undefined) {
        const bound = await reader.bind(bind.dn, bind.password)
        if (!bound.ok) throw new LdapUnavailable(`${server.url}: bind.dn is refused: ${bound.why}`)
      }
      return await job({ server, reader, another })
    } finally {
      clearTimeout(timer)
      for (const conversation of open) conversation.close()
    }
  }

  return Object.freeze({
    ask: <T>(job: (asked: AskedServer) => Promise<T>) =>
      turn(async () => {
        let failed = new LdapUnavailable('there is no server')
        const start = first
        for (let step = 0; step < servers.length; step++) {
          const index = (start + step) % servers.length
          const server = servers[index]
          if (server === undefined) continue
          try {
            const answer = await askOne(server, job)
            first = index
            return answer
          } catch (error) {
            if (!(error instanceof LdapUnavailable)) throw error
            failed = error
          }
        }
        throw failed
      }),
  })
}
