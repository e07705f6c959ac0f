import { issueResponseAsync } from '@rolecall/saml'
import { mustEqual } from '../check.ts'
import { compare, concurrently, repeat } from '../measure.ts'
import { samlifyIssuer } from '../peers/samlify.ts'
import type { Pair, Row } from '../row.ts'
import { bareSignature, pooledSignature } from './bare.ts'
import {
  type Assertion,
  assertionOf,
  encode,
  issue,
  key,
  large,
  type NamedSize,
  small,
  verifiedFacts,
} from './documents.ts'

const inFlight = 8

interface Peer {
  readonly name: string
  readonly peerName: string
  readonly target: number
  readonly pair: (assertion: Assertion) => Promise<Pair>
}

const peers: readonly Peer[] = [
  {
    name: 'samlify',
    peerName: 'samlify',
    target: 6,
    pair: async assertion => {
      const peer = samlifyIssuer(assertion)
      const ours = () => encode(issue(assertion))
      mustEqual('name and roles', await verifiedFacts(ours()), await verifiedFacts(await peer()))
      return { ours: repeat(ours), peer: repeat(peer) }
    },
  },
  {
    name: 'bare',
    peerName: 'crypto.sign alone',
    target: 0.85,
    pair: async assertion => {
      const xml = issue(assertion)
      await verifiedFacts(encode(xml))
      return { ours: repeat(() => issue(assertion)), peer: repeat(bareSignature(xml)) }
    },
  },
  {
    name: 'pool',
    peerName: `crypto.sign on the thread pool, ${inFlight} in flight`,
    target: 0.85,
    pair: async assertion => {
      const xml = await issueAsync(assertion)
      await verifiedFacts(encode(xml))
      return {
        ours: concurrently(inFlight, () => issueAsync(assertion)),
        peer: concurrently(inFlight, pooledSignature(xml)),
      }
    },
  },
]

/** Responses with a signed assertion, RSA-2048 with SHA-256. */
export const samlIssue: readonly Row[] = peers.flatMap(peer =>
  [small, large].map(size => rowOf(peer, size)),
)

function rowOf({ name, peerName, target, pair }: Peer, size: NamedSize): Row {
  return {
    name: `saml-issue-${name}-${size.name}`,
    unit: 'responses/s',
    peerName,
    what: `SAML response issued (${size.what})`,
    target,
    measure: compare(() => pair(assertionOf(size))),
  }
}

function issueAsync(assertion: Assertion): Promise<string> {
  return issueResponseAsync(assertion, { key, sign: 'assertion' })
}
