import { afterEach, describe, expect, test } from 'vitest'
import type { Principal } from '../nouns.ts'
import { readCondition } from './expression.ts'
import { networkValue, principalValue } from './expression-environment.ts'

const alice: Principal = {
  kind: 'person',
  id: 'company:alice',
  source: 'company',
  username: 'alice',
  displayName: 'Alice',
  email: undefined,
  groups: [],
  attributes: {},
  amr: [],
  authenticatedAt: new Date(0),
  address: '192.0.2.1',
  notAfter: undefined,
}

function answer(text: string, over: { username?: string; time?: string } = {}): unknown {
  const read = readCondition(text)
  if ('problem' in read) return read.problem
  const { username = 'alice', time = '2026-01-01T00:00:00Z' } = over
  return read.evaluate({
    principal: principalValue({ ...alice, username }),
    network: networkValue('10.1.2.3'),
    time: new Date(time),
  })
}

describe('letters', () => {
  test.each([
    ['the Kelvin sign is no k', "principal.username.lowerAscii() == 'kim'", '\u{212A}im'],
    ['the long s is no S', "principal.username.upperAscii() == 'SAM'", '\u{17F}am'],
    ['the dotless i is no I', "principal.username.upperAscii() == 'IDA'", '\u{131}da'],
  ])('%s', (_name, text, username) => {
    expect(answer(text, { username })).toBe(false)
  })

  test('a pattern that takes one for the other has no answer', () => {
    const text = "principal.username.matches('(?i)^kim$')"
    expect(answer(text, { username: 'KIM' })).toBe(true)
    expect(() => answer(text, { username: '\u{212A}im' })).toThrow('passes for k or s')
  })

  test('ASCII ones change', () => {
    expect(answer("principal.username.lowerAscii() == 'kim é'", { username: 'KIM é' })).toBe(true)
    expect(answer("principal.username.upperAscii() == 'KIM é'", { username: 'kim é' })).toBe(true)
  })
})

describe('times in a zone', () => {
  const { TZ } = process.env
  afterEach(() => {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  })

  test.each(['UTC', 'Europe/Berlin', 'America/New_York'])(
    'do not hang on the zone of the host: %s',
    zone => {
      process.env.TZ = zone
      // 02:30 is left out in Berlin on that day, and in New York three weeks before.
      for (const day of ['2026-03-29', '2026-03-08']) {
        const time = `${day}T02:30:00Z`
        expect(answer("time.getHours('UTC') == 2", { time })).toBe(true)
        expect(answer("time.getHours('Africa/Abidjan') == 2", { time })).toBe(true)
      }
    },
  )

  test('are those of the zone on both sides of a change of its clocks', () => {
    const before = { time: '2026-03-29T00:59:59.005Z' }
    expect(answer("time.getHours('Europe/Berlin') == 1", before)).toBe(true)
    expect(answer("time.getMilliseconds('Europe/Berlin') == 5", before)).toBe(true)
    expect(answer("time.getHours('Europe/Berlin') == 3", { time: '2026-03-29T01:00:00Z' })).toBe(
      true,
    )
    const night = { time: '2026-05-31T22:30:00Z' }
    for (const text of [
      "time.getHours('Europe/Berlin') == 0",
      "time.getDate('Europe/Berlin') == 1",
      "time.getDayOfMonth('Europe/Berlin') == 0",
      "time.getMonth('Europe/Berlin') == 5",
      "time.getDayOfWeek('Europe/Berlin') == 1",
      "time.getDayOfYear('Europe/Berlin') == 151",
      "time.getFullYear('Europe/Berlin') == 2026",
      "time.getMinutes('Asia/Kolkata') == 0",
      "time.getSeconds('Asia/Kolkata') == 0",
      'time.getDayOfWeek() == 0',
    ]) {
      expect([text, answer(text, night)]).toEqual([text, true])
    }
  })
})
