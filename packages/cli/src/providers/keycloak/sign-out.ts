import type { Connection } from '../../connections/connection.ts'
import { readPage } from '../../web/index.ts'
import type { KeptSession } from '../shared/kept-session.ts'

/** Ends the session at Keycloak (OpenID Connect RP-Initiated Logout, with its question answered), and forgets it. */
export async function endSession(connection: Connection, session: KeptSession): Promise<void> {
  try {
    const realm = /^(.*\/realms\/[^/]+)\//.exec(connection.url)?.[1]
    if (realm === undefined || !session.isResumed) return
    const answer = await session.web.get(`${realm}/protocol/openid-connect/logout`)
    const { forms } = readPage(answer.body, answer.url)
    const form = forms.find(each => each.field('session_code') !== undefined)
    if (form !== undefined) await session.web.submit(form, { confirmLogout: 'Logout' })
  } finally {
    await session.forget()
  }
}
