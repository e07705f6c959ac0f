import type { Ask } from '../ask/ask.ts'
import type { KeyDevice } from './devices.ts'

/** The PINs of one sign-in: each is asked for once, and kept no longer. */
export interface Pins {
  of(device: KeyDevice): Promise<string>
  /** It was wrong. Gives whether it may be asked for again. */
  wrong(device: KeyDevice): boolean
}

/** A key blocks after eight wrong PINs, until it is taken out after three. */
const maxWrong = 3

export function createPins(ask: Ask): Pins {
  const typed = new Map<string, string>()
  let wrong = 0
  return {
    async of({ path, name }) {
      const pin = typed.get(path) ?? (await ask.password({ message: `PIN of ${name}` }))
      typed.set(path, pin)
      return pin
    },
    wrong({ path }) {
      typed.delete(path)
      wrong += 1
      return wrong < maxWrong && ask.possible
    },
  }
}
