/** Why somebody may take a role, or may not, asked from outside of a running gateway. */

import { createAudit } from './audit/index.ts'
import type { Config } from './config/config.ts'
import { createCore } from './core.ts'
import { createDirectory } from './directory/index.ts'
import { type Explanation, explanationLines } from './grants/index.ts'
import { localSource, type Principal, principalId } from './nouns.ts'
import { readAccounts } from './read-accounts.ts'
import { lastPrincipal, machinePrincipal, readHostName } from './signin/index.ts'
import type { Store } from './store/index.ts'

/** Who is meant, and what is asked. What is undefined is looked up. */
export interface ExplainAccessOptions {
  readonly config: Config
  readonly store: Store
  readonly username: string
  readonly source?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly attributes?: Readonly<Record<string, readonly string[]>> | undefined
  readonly address?: string | undefined
  readonly at: Date
  /** An alias and a role's name; a part that is undefined is not asked for. */
  readonly asked: { readonly account?: string | undefined; readonly role?: string | undefined }
  /** Told of what somebody should look at. */
  readonly warn: (message: string) => void
}

/** The answer. */
export interface AccessExplanation {
  readonly principal: Principal
  /** Where what is known of the principal comes from, as words. */
  readonly knownFrom: string
  /** Something of what is asked is given. */
  readonly isAllowed: boolean
  readonly explanation: Explanation
  readonly lines: readonly string[]
}

/** Explains with the accounts and roles that the store has; asks AWS and sign-in sources nothing. */
export async function explainAccess(options: ExplainAccessOptions): Promise<AccessExplanation> {
  const { config, store, asked, at, warn } = options
  const { catalog } = await readAccounts({ config, store, refresh: false, warn })
  const now = () => at
  const core = createCore({
    config: () => config,
    // Nothing is recorded: a question changes nothing.
    audit: createAudit(store, { now }),
    now,
    random: size => new Uint8Array(size),
    http: undefined,
    warn,
    catalog: () => catalog,
  })
  try {
    const { principal, knownFrom } = await principalOf(options)
    const address = options.address ?? principal.address
    const explanation = core.grants().explain(principal, asked, { now: at, address })
    const isAllowed = explanation.offers.length > 0
    return { principal, knownFrom, isAllowed, explanation, lines: explanationLines(explanation) }
  } finally {
    core.aws.close()
  }
}

async function principalOf(
  options: ExplainAccessOptions,
): Promise<{ readonly principal: Principal; readonly knownFrom: string }> {
  const found = await knownPrincipal(options)
  const { groups, attributes } = options
  const given = [
    ...(groups === undefined ? [] : ['groups']),
    ...(attributes === undefined ? [] : ['attributes']),
  ]
  const principal = Object.freeze({
    ...found.principal,
    groups: groups ?? found.principal.groups,
    attributes: attributes ?? found.principal.attributes,
  })
  const from = given.length === 0 ? '' : `; ${given.join(' and ')} from the command line`
  return { principal, knownFrom: `${found.knownFrom}${from}` }
}

async function knownPrincipal(options: ExplainAccessOptions) {
  const { config, store, username, source, at } = options
  const machine = machineOf(options)
  if (machine !== undefined) {
    return { principal: machine, knownFrom: 'a machine, if DNS confirms the name' }
  }
  if (source === undefined || source === localSource) {
    const user = await createDirectory(store, { now: () => at }).find(username)
    if (user !== undefined) {
      const { displayName, email, groups } = user
      const principal = bare(localSource, username, at, { displayName, email, groups })
      return { principal, knownFrom: 'a local user, with the groups of the directory' }
    }
  }
  const last = await lastPrincipal(store, username, source)
  if (last !== undefined) {
    const when = last.authenticatedAt.toISOString()
    return { principal: last, knownFrom: `as signed in by ${last.source} at ${when}` }
  }
  const assumed = source ?? config.signIn.saml[0]?.id ?? localSource
  return {
    principal: bare(assumed, username, at),
    knownFrom: `nobody of this name is known here; taken for one of the source ${assumed}, without groups`,
  }
}

/** The machine of this name; without a source, where nobody but a machine would have such a name. */
function machineOf({ config, username, source, address, at }: ExplainAccessOptions) {
  const { machines } = config.signIn
  const name = readHostName(username)
  if (machines === undefined || name === undefined || !machines.domains.includes(name.domain)) {
    return undefined
  }
  if (source !== undefined && source !== machines.id) return undefined
  return machinePrincipal(name, machines.id, address ?? unknownAddress, at)
}

/** A condition over the network has no answer then. */
const unknownAddress = ''

function bare(
  source: string,
  username: string,
  at: Date,
  known: Partial<Pick<Principal, 'displayName' | 'email' | 'groups'>> = {},
): Principal {
  return {
    kind: 'person',
    id: principalId(source, username),
    source,
    username,
    displayName: known.displayName ?? username,
    email: known.email,
    groups: known.groups ?? [],
    attributes: {},
    amr: [],
    authenticatedAt: at,
    address: unknownAddress,
    notAfter: undefined,
  }
}
