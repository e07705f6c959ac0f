/** The steps of the path as the routes call them. */
import type { DiscoveryReport } from '../accounts/index.ts'
import type { Config } from '../config/config.ts'
import type { SignInSource } from '../config/index.ts'
import type { Delivery, FederationApi, MountedSigningGateway } from '../delivery/index.ts'
import type { Ask, Explanation } from '../grants/index.ts'
import type { Principal, RoleOffer } from '../nouns.ts'
import type { FoldedRecord } from '../ops/fold-events.ts'
import type { Health } from '../ops/health.ts'
import type { LiveSession } from '../sessions/index.ts'
import type {
  BrowserSession,
  CommandSignIn,
  Identify,
  MachineSignIn,
  OauthKeys,
  OauthRecords,
  RequestSignIn,
  SignIn,
  SignOut,
} from '../signin/index.ts'
import type { RecentPasswords } from './recent-passwords.ts'

/** What the routes know of the gateway; none of it takes a request or a reply. */
export interface Gateway {
  readonly config: () => Config
  readonly signIn: SignIn
  readonly signOut: SignOut
  /** Who sends a request from an address of its own. */
  readonly machines: MachineSignIn
  /** Who sends a request that may be a browser's. */
  readonly identify: Identify
  /** The session of this browser's cookie, when it counts. */
  sessionOf(token: string | undefined): Promise<BrowserSession | undefined>
  /** Sign-ins of the `rolecall` command. */
  readonly commands: CommandSignIn
  readonly oauth: { readonly records: OauthRecords; readonly keys: () => Promise<OauthKeys> }
  readonly now: () => Date
  /** Who sends a request that rests on no session. */
  readonly requests: RequestSignIn
  /** Which passwords of requests need not be counted as guesses. */
  readonly recentPasswords: RecentPasswords
  /** The roles that the principal may take now, from this client address. */
  offers(principal: Principal, address: string): readonly RoleOffer[]
  /** Why the principal may take what is asked, or may not, from this client address. */
  explain(principal: Principal, asked: Ask, address: string): Explanation
  /** What to tell about an offer beforehand. */
  noteFor(offer: RoleOffer): string | undefined
  readonly delivery: Delivery
  /** What is known of accounts, and how far their reading has come. */
  discovery(): DiscoveryReport
  readonly federationApi: FederationApi
  /** The sessions of a principal that are valid now. */
  liveSessions(principalId: string): readonly LiveSession[]
  /** Our identity provider's metadata; undefined without a key. */
  idpMetadata(): string | undefined
  /** Records a refusal of the HTTP edge, or finds the event of the last minute that stands for it. */
  readonly recordRefusal: { readonly ofPerson: FoldedRecord; readonly ofNetwork: FoldedRecord }
  /** What may sign somebody in now, in the order of the configuration; local users if there are any. */
  waysIn(): Promise<readonly SignInSource[]>
  /** Rejects when the gateway cannot work. */
  checkHealth(): Promise<Health>
  /** Whether X-Forwarded-For counts when it comes from this address. */
  isTrustedProxy(address: string): boolean
  readonly random: (bytes: number) => Uint8Array
  /** The signing gateway and the paths that it has, when there is one now. */
  readonly signing: () => MountedSigningGateway | undefined
}
