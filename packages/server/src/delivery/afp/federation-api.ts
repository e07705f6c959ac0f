/** AFP's API over our delivery: what each of its addresses gives. */
import { ServerError } from '../../errors.ts'
import type { Principal, RoleOffer } from '../../nouns.ts'
import type { Asker, RoleName } from '../asker.ts'
import type { Delivery } from '../deliver.ts'
import { isRefusedByAws } from './answers.ts'
import { accountsDocument, credentialsDocument, statusDocument } from './documents.ts'
import { writeJson } from './python-json.ts'

/** Each answers with a body. They throw as {@link Delivery} does, and `not-one-role`. */
export interface FederationApi {
  /** `/status`; throws when the gateway cannot work. */
  status(): Promise<string>
  /** `/account[?withid]` */
  accounts(asker: Asker, withId: boolean): string
  /** `/account/{account}/{role}/credentials` */
  credentials(asker: Asker, role: RoleName): Promise<string>
  /** `/account/{account}/{role}/consoleurl`: the address itself. */
  consoleUrl(asker: Asker, role: RoleName, callbackUrl: string | undefined): Promise<string>
  /** `/account/{account}/{role}`: both; without `ConsoleUrl` where the grant gives keys only. */
  both(asker: Asker, role: RoleName, callbackUrl: string | undefined): Promise<string>
  /** `/meta-data/iam/security-credentials/`: the one role, or nothing when AWS refuses to give it. */
  roleOf(asker: Asker): Promise<string>
  /** `/meta-data/iam/security-credentials/{role}` */
  credentialsOf(asker: Asker, role: string): Promise<string>
}

/** The API over the steps. */
export function createFederationApi(parts: {
  readonly offers: (principal: Principal, address: string) => readonly RoleOffer[]
  readonly delivery: Delivery
  readonly checkHealth: () => Promise<void>
  readonly now: () => Date
}): FederationApi {
  const { delivery, offers, now } = parts

  async function credentials(asker: Asker, role: RoleName): Promise<string> {
    return writeJson(credentialsDocument(await delivery.credentials(asker, role), now()))
  }

  function onlyOffer({ principal, address }: Asker): RoleOffer {
    const all = offers(principal, address)
    const [offer, ...others] = all
    // One role may be offered twice: its console by one grant, its keys by another.
    if (offer !== undefined && others.every(({ roleArn }) => roleArn === offer.roleArn)) {
      return offer
    }
    throw new ServerError('not-one-role', { detail: `${principal.id} has ${all.length} roles` })
  }

  function hasConsole({ principal, address }: Asker, { forms, roleArn }: RoleOffer): boolean {
    return (
      forms.includes('console') ||
      offers(principal, address).some(
        other => other.roleArn === roleArn && other.forms.includes('console'),
      )
    )
  }

  return Object.freeze({
    async status() {
      await parts.checkHealth()
      return writeJson(statusDocument)
    },
    accounts: ({ principal, address }: Asker, withId: boolean) =>
      writeJson(accountsDocument(offers(principal, address), withId)),
    credentials,
    consoleUrl: (asker: Asker, role: RoleName, callbackUrl: string | undefined) =>
      delivery.console(asker, role, { issuer: callbackUrl }),
    async both(asker: Asker, role: RoleName, callbackUrl: string | undefined) {
      const session = await delivery.credentials(asker, role)
      const url = hasConsole(asker, session.offer)
        ? await delivery.consoleOf(asker, session, { issuer: callbackUrl })
        : undefined
      return writeJson(credentialsDocument(session, now(), url))
    },
    async roleOf(asker: Asker) {
      const { account, roleName } = onlyOffer(asker)
      try {
        await delivery.probe(asker, { account: account.alias, role: roleName })
        return roleName
      } catch (error) {
        if (isRefusedByAws(error)) return ''
        throw error
      }
    },
    async credentialsOf(asker: Asker, role: string) {
      return credentials(asker, { account: onlyOffer(asker).account.alias, role })
    },
  })
}
