import { mustEqual, mustRefuse } from '../check.ts'
import { compare, repeat } from '../measure.ts'
import { nodeSaml } from '../peers/node-saml.ts'
import { samlifyIssuer, samlifyVerifier } from '../peers/samlify.ts'
import type { Verifier } from '../peers/verifier.ts'
import { xmlsec } from '../peers/xmlsec.ts'
import type { Pair, Row } from '../row.ts'
import { bareVerification } from './bare.ts'
import {
  type Assertion,
  assertionOf,
  encode,
  issue,
  large,
  type NamedSize,
  small,
  tamper,
  verifiedFacts,
  verify,
} from './documents.ts'

interface Peer {
  readonly name: string
  readonly peerName: string
  readonly target: Partial<Record<NamedSize['name'], number>>
  /** Gets the XML of the response, and what it was issued from. */
  readonly pair: (xml: string, assertion: Assertion) => Promise<Pair>
}

const peers: readonly Peer[] = [
  {
    name: 'node-saml',
    peerName: '@node-saml/node-saml',
    target: { small: 50, large: 50 },
    pair: xml => against(nodeSaml(), xml),
  },
  {
    name: 'samlify',
    peerName: 'samlify',
    target: { small: 80, large: 80 },
    pair: xml => against(samlifyVerifier(), xml),
  },
  {
    name: 'xmlsec',
    peerName: 'libxmlsec1 (signature only)',
    target: { small: 1.5 },
    pair: async xml => {
      const { facts, side, end } = await xmlsec(xml)
      const response = encode(xml)
      mustEqual('name and roles', await verifiedFacts(response), facts)
      return { ours: repeat(() => verify(response)), peer: side, end }
    },
  },
  {
    name: 'bare',
    peerName: 'RSA and two hashes alone',
    target: { small: 0.38, large: 0.38 },
    pair: async xml => {
      const response = encode(xml)
      await verifiedFacts(response)
      return { ours: repeat(() => verify(response)), peer: repeat(bareVerification(xml)) }
    },
  },
  {
    name: 'foreign',
    peerName: 'ours, of a response that ours issued',
    target: {},
    pair: async (xml, assertion) => {
      const [own, foreign] = [encode(xml), await samlifyIssuer(assertion)()]
      mustEqual('name and roles', await verifiedFacts(own), await verifiedFacts(foreign))
      return { ours: repeat(() => verify(foreign)), peer: repeat(() => verify(own)) }
    },
  },
]

/** Responses with a signed assertion, RSA-2048 with SHA-256: ours from base64 to facts. */
export const samlVerify: readonly Row[] = peers.flatMap(peer =>
  [small, large].map(size => rowOf(peer, size)),
)

function rowOf({ name, peerName, target, pair }: Peer, size: NamedSize): Row {
  const promised = target[size.name]
  return {
    name: `saml-verify-${name}-${size.name}`,
    unit: 'responses/s',
    peerName,
    what: `SAML response ${name === 'foreign' ? 'of samlify ' : ''}verified (${size.what})`,
    ...(promised === undefined ? {} : { target: promised }),
    measure: compare(() => {
      const assertion = assertionOf(size)
      return pair(issue(assertion), assertion)
    }),
  }
}

async function against(peer: Verifier, xml: string): Promise<Pair> {
  const response = encode(xml)
  mustEqual('name and roles', await verifiedFacts(response), await peer.facts(response))
  await mustRefuse('a tampered response (peer)', () => peer.verify(encode(tamper(xml))))
  return { ours: repeat(() => verify(response)), peer: repeat(() => peer.verify(response)) }
}
