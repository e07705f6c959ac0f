import type { ChainLink } from '../credentials/chain.ts'
import type { Credentials } from '../credentials/credentials.ts'
import type { Environment } from '../credentials/environment.ts'
import { AwsError } from '../errors.ts'
import type { IniSection } from '../shared-files/ini.ts'
import { shownKeyId } from './key-findings.ts'
import { textOf } from './profile-findings.ts'

/** What a source of the chain had to say. */
export interface SourceFacts {
  /** As AWS's command names it. */
  readonly name: string
  readonly description: string
  /**
   * `wins`: these are the credentials. `shadowed`: it has some, and an earlier source won. `empty`: it is not
   * set up. `fails`: it is set up and broken, which ends the chain. `not-asked`: an earlier source won or
   * failed, or nobody may be asked offline.
   */
  readonly outcome: 'wins' | 'shadowed' | 'empty' | 'fails' | 'not-asked'
  /** Why, in words. */
  readonly detail: string
  readonly accessKeyId?: string
  readonly expiration?: Date
  readonly accountId?: string
}

/** What the walk along the chain came to. */
export interface ChainFacts {
  readonly sources: readonly SourceFacts[]
  readonly winner?: { readonly name: string; readonly credentials?: Credentials }
  readonly failure?: { readonly name: string; readonly error: unknown }
}

/** Those that only read variables and files. */
const local: ReadonlySet<string> = new Set([
  'env',
  'shared-credentials-file',
  'config-file',
  'login',
])

/**
 * Asks the sources as the chain does, and says of each what it has. Beyond the first that has credentials
 * only variables and files are looked at: no network, no program. Offline the first one that is set up
 * wins, and is not asked when it needs the network or a program.
 */
export async function walkChain(
  links: readonly ChainLink[],
  options: {
    readonly offline: boolean
    readonly env: Environment
    readonly settings: IniSection | undefined
  },
): Promise<ChainFacts> {
  const sources: SourceFacts[] = []
  let winner: ChainFacts['winner']
  let failure: ChainFacts['failure']
  for (const { name, source } of links) {
    const description = source.describe()
    const say = (outcome: SourceFacts['outcome'], detail: string, credentials?: Credentials) => {
      sources.push(Object.freeze({ name, description, outcome, detail, ...shown(credentials) }))
    }
    if (failure !== undefined) {
      say('not-asked', `${failure.name} failed before it`)
      continue
    }
    if (!local.has(name)) {
      if (winner !== undefined) {
        say('not-asked', `${winner.name} has credentials`)
        continue
      }
      if (options.offline) {
        const isSetUp = setUp(name, options)
        if (isSetUp) winner = { name }
        say(isSetUp ? 'wins' : 'empty', isSetUp ? 'set up; not asked offline' : 'not set up')
        continue
      }
    }
    try {
      const credentials = await source.get()
      if (winner === undefined) {
        winner = { name, credentials }
        say('wins', 'the first source with credentials', credentials)
      } else say('shadowed', `${winner.name} goes before it`, credentials)
    } catch (error) {
      const message = error instanceof AwsError ? error.message : 'failed'
      if (error instanceof AwsError && error.code === 'no_credentials') say('empty', message)
      else {
        say('fails', message)
        if (winner === undefined) failure = { name, error }
      }
    }
  }
  return {
    sources,
    ...(winner === undefined ? {} : { winner }),
    ...(failure === undefined ? {} : { failure }),
  }
}

/** Whether a source that needs the network or a program would be asked. */
function setUp(
  name: string,
  { env, settings }: { readonly env: Environment; readonly settings: IniSection | undefined },
): boolean {
  const has = (key: string) => textOf(settings, key) !== undefined
  if (name === 'assume-role') return has('role_arn') && !has('web_identity_token_file')
  if (name === 'assume-role-with-web-identity')
    return has('web_identity_token_file') || Boolean(env.AWS_WEB_IDENTITY_TOKEN_FILE)
  if (name === 'sso') return has('sso_role_name')
  if (name === 'custom-process') return has('credential_process')
  if (name === 'container-role') {
    return Boolean(
      env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI,
    )
  }
  // Instance metadata is there or not; nothing on this machine says which.
  return false
}

function shown(credentials: Credentials | undefined) {
  if (credentials === undefined) return {}
  const { accessKeyId, expiration, accountId } = credentials
  const keyId = shownKeyId(accessKeyId)
  return {
    ...(keyId === undefined ? {} : { accessKeyId: keyId }),
    ...(expiration === undefined ? {} : { expiration }),
    ...(accountId === undefined ? {} : { accountId }),
  }
}
