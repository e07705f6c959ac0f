import { expect, test } from 'vitest'
import { signXml } from '../src/index.ts'
import { honest, idp, issue, now, sp, verify } from './forge.ts'

const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)

/** A signed unsolicited response whose confirmations end these many seconds from now. */
function confirmedUntil(...ends: readonly number[]): string {
  const confirmations = ends.map(
    end =>
      `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${after(end).toISOString()}" Recipient="${sp.acsUrl}"/></saml:SubjectConfirmation>`,
  )
  const unsigned = issue('response')
    .replace(/<ds:Signature .*<\/ds:Signature>/s, '')
    .replaceAll(' InResponseTo="_req-1"', '')
    .replace(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/s, confirmations.join(''))
  return signXml(unsigned, { key: honest.privateKey })
}

/** A store that forgets an assertion exactly when it was told that it may. */
function exactStore() {
  const records = new Map<string, Date>()
  return {
    records,
    at: (clock: Date) => ({
      seen(id: string, until: Date) {
        const record = records.get(id)
        if (record !== undefined && record > clock) return true
        records.set(id, until)
        return false
      },
    }),
  }
}

test.each([[[10, 300]], [[300, 10]], [[10]]])(
  'an assertion confirmed until %j s passes once, whenever it is presented again',
  async ends => {
    const xml = confirmedUntil(...ends)
    const store = exactStore()
    let passed = 0
    for (const seconds of [0, 30, 71, 150, 290, 359, 360, 360.001, 361, 400]) {
      const clock = after(seconds)
      const presented = verify(xml, {
        now: clock,
        inResponseTo: null,
        replay: store.at(clock),
      })
      passed += await presented.then(
        () => 1,
        () => 0,
      )
    }
    expect(passed).toBe(1)
  },
)

test('the record outlasts every confirmation and the age that is taken', async () => {
  const untilOf = async (...ends: readonly number[]) => {
    const { records, at } = exactStore()
    const { notOnOrAfter } = await verify(confirmedUntil(...ends), {
      inResponseTo: null,
      replay: at(now),
    })
    return [records.get(`_assertion ${idp.entityId}`), notOnOrAfter]
  }
  // The skew of 60 s is added, and the instant at which it ends; the fact keeps the earliest end.
  expect(await untilOf(10, 3000)).toEqual([after(3060.001), after(10)])
  expect(await untilOf(3000, 10)).toEqual([after(3060.001), after(10)])
  expect(await untilOf(10)).toEqual([after(360.001), after(10)])
  expect(await untilOf(3000)).toEqual([after(3060.001), after(300)])
})

test('a confirmation that ends too late refuses behind one that does not', async () => {
  await expect(
    verify(confirmedUntil(300, 48 * 3600), { inResponseTo: null }),
  ).rejects.toMatchObject({ code: 'assertion.lifetime' })
})
