/** The keys of a connection: what stood before, what was given, what the person answers. */
import type { Ask } from '../../ask/ask.ts'
import { Failure } from '../../failure.ts'
import type { Terminal } from '../../terminal.ts'
import { warn } from '../../verbs/warn.ts'
import { checkUrl } from '../build-connection.ts'
import type { ProviderName } from '../connection.ts'
import type { Changes } from '../edit-section.ts'
import type { ConnectionFlags } from '../flags.ts'
import { mfaNamed, providerNamed } from '../providers.ts'
import type { Values } from '../resolve.ts'
import { settings } from '../settings.ts'
import { askMfa, askProvider, hasPassword } from './ask-connection.ts'
import type { BaseValues } from './base-values.ts'
import { likelyProvider, probeServer } from './find-provider.ts'

/** What is known before anything is asked. */
export interface Collecting {
  readonly name: string
  readonly flags: ConnectionFlags
  readonly base: BaseValues
  readonly given: Values
  readonly ask: Ask
  readonly terminal: Terminal
}

/** What the section shall say: what stood elsewhere, what was given, what the person answers. */
export async function collectConnection(collecting: Collecting): Promise<Changes> {
  const { base, given, ask, name } = collecting
  const changes = new Map<string, string | undefined>(base.from === undefined ? [] : base.values)
  for (const { key } of settings) {
    const value = key === undefined ? undefined : given.get(key)
    if (key !== undefined && value !== undefined) changes.set(key, value.text)
  }
  const before = (key: string) => changes.get(key) ?? base.values.get(key)
  const isAsked = ask.possible
  if (before('url') === undefined || (isAsked && given.get('url') === undefined)) {
    const initial = before('url')
    const message =
      'Address of the Rolecall server, or of the sign-in to AWS at your identity provider:'
    changes.set('url', withScheme((await ask.text({ message, initial })).trim()))
  }
  const address = before('url') ?? ''
  const from = given.get('url')?.from ?? { kind: 'flag', flag: 'the address' }
  const url = checkUrl({ text: address, from }, name)
  const provider = await providerFor(url, collecting)
  changes.set('provider', provider)
  const mfa = before('mfa')
  const known = mfa === undefined ? undefined : mfaNamed(provider, mfa)
  // One that was for another provider goes with it; one that is given now and unknown is refused.
  if (known !== undefined && changes.has('mfa')) changes.set('mfa', known)
  else if (known === undefined && given.get('mfa') === undefined) changes.set('mfa', undefined)
  if (provider === 'Rolecall') changes.set('url', address.replace(/\/+$/, ''))
  if (isAsked && hasPassword(provider)) {
    if (given.get('mfa') === undefined)
      changes.set('mfa', await askMfa(ask, provider, before('mfa')))
    if (given.get('username') === undefined) {
      const initial = before('username')
      changes.set(
        'username',
        (await ask.text({ message: 'Username:', initial })).trim() || undefined,
      )
    }
  }
  return changes
}

async function providerFor(url: URL, collecting: Collecting): Promise<ProviderName> {
  const { given, base, ask, flags, terminal } = collecting
  const said = given.get('provider')?.text
  // A name that is none is refused with the section that it would stand in.
  if (said !== undefined) return providerNamed(said) ?? (said as ProviderName)
  const stood = providerNamed(base.values.get('provider') ?? '')
  if (stood !== undefined && given.get('url') === undefined && !ask.possible) return stood
  const { createSend } = await import('../../keys/create-send.ts')
  const { send } = createSend(
    {
      caFile: given.get('ca_file')?.text,
      skipVerify: flags.skipVerify === true,
      httpAttempts: 1,
      httpRetryDelayMs: 0,
    },
    { env: terminal.env },
  )
  const probed = await probeServer(url.href, send)
  if (probed.kind === 'server') return 'Rolecall'
  const likely = stood ?? likelyProvider(url)
  if (ask.possible) {
    if (probed.kind === 'silent') warn(terminal, `${url.host} does not answer: ${probed.why}`)
    return await askProvider(ask, likely)
  }
  if (probed.kind === 'silent') {
    throw new Failure(
      'network',
      `${url.host} does not answer, so that nobody knows what is there: ${probed.why}`,
      'say what it is: --idp-provider Rolecall, or another one',
    )
  }
  throw new Failure(
    'usage',
    `${url.host} is no Rolecall server: the identity provider has to be said`,
    `--idp-provider ${likely}`,
  )
}

/** An address that somebody wrote without `https://`. */
export function withScheme<T extends string | undefined>(text: T): T | string {
  if (text === undefined || text === '' || text.includes('://')) return text
  return `https://${text}`
}
