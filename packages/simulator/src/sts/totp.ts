import { createHmac } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import { equalTexts } from '../equal-texts.ts'
import { fromBase32 } from '../world/base32.ts'
import type { MfaDevice } from '../world/loaded.ts'

const stepSeconds = 30

/** A one-time password of six digits (RFC 6238 with HMAC-SHA-1; RFC 4226, section 5.3) for a step of 30 seconds. */
function totp(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', seed).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

/** The one-time password that a device with this seed (base32) shows at a time, for tests of sign-ins. */
export function oneTimeCode(secret: string, time: Date): string {
  return totp(fromBase32(secret), Math.floor(time.getTime() / 1000 / stepSeconds))
}

/** Remembers which passwords were used. */
export interface SecondFactors {
  /** Whether `code` is the device's now, or of the step before or after; each is taken once, and none older than the last. */
  accepts(device: MfaDevice, code: string): boolean
}

/** Devices remembered; the schema bounds how many a world has, so that none is let go of. */
const maxDevices = 100_000

/** Checks one-time passwords and refuses those that were used (RFC 6238, section 5.2). */
export function createSecondFactors(now: () => Date): SecondFactors {
  const lastSteps = boundedMap<number>(maxDevices)
  return {
    accepts({ serial, seed }, code) {
      const current = Math.floor(now().getTime() / 1000 / stepSeconds)
      const last = lastSteps.get(serial) ?? Number.NEGATIVE_INFINITY
      for (const step of [current - 1, current, current + 1].filter(each => each >= 0)) {
        if (equalTexts(totp(seed, step), code) && step > last) {
          lastSteps.set(serial, step)
          return true
        }
      }
      return false
    },
  }
}
