import { verifySignature, type XmlOptions } from '@rolecall/saml'
import { mustRefuse } from '../check.ts'
import { inTurn, median, repeat, summary } from '../measure.ts'
import type { Measured, Row, Settings } from '../row.ts'
import { assertionOf, certificate, issue, tamper } from './documents.ts'

const kilobytes = [8, 60, 250, 1024] as const
// Beyond what a message may be, which is 256 KiB.
const limits: XmlOptions = { bytes: 2 * 1024 * 1024, nodes: 1_000_000 }

/**
 * Time that grows with the size and no faster: as many bytes a second at 1 MB as at 8 KB. What a
 * signature costs at any size helps the longer one a little, the processor's caches the shorter.
 */
export const samlLinear: Row = {
  name: 'saml-linear',
  unit: 'MB/s',
  peerName: 'ours at 8 KB',
  what: 'Signature verified and its octets read, 1 MB',
  target: 0.8,
  measure,
}

async function measure(settings: Settings): Promise<Measured> {
  const documents = kilobytes.map(size => issue(assertionOf({ bytes: size * 1024, roles: 20 })))
  for (const xml of documents) {
    await mustRefuse('a tampered document', async () => job(tamper(xml)))
    if (!job(xml).includes('role/Team-000')) throw new Error('the signed octets have no roles')
  }
  const sides = documents.map(xml => repeat(() => job(xml)))
  const rates = await inTurn(sides, settings)
  const bytesPerSecond = rates.map((each, index) =>
    each.map(rate => (rate * (documents[index]?.length ?? 0)) / 1e6),
  )
  const times = rates.map(each => 1000 / median(each))
  const figures = kilobytes.map((size, index) => `${size} KB ${times[index]?.toFixed(2)} ms`)
  const exponents = kilobytes.slice(1).map((size, index) => {
    const [shorter = 0, longer = 0] = times.slice(index, index + 2)
    const growth = Math.log(longer / shorter) / Math.log(size / (kilobytes[index] ?? 0))
    return growth.toFixed(2)
  })
  return {
    ...summary(bytesPerSecond.at(-1) ?? [], bytesPerSecond[0] ?? []),
    note: `${figures.join(', ')}; from each to the next, time grows by the size to the power of ${exponents.join(', ')}`,
  }
}

function job(xml: string): string {
  return verifySignature(xml, certificate, { limits })
}
