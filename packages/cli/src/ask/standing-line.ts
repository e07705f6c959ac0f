import { painter, type Terminal } from '../terminal.ts'

/** A line that stands on the terminal while something is waited for. */
export interface StandingLine {
  stand(text: string): { done(): void }
  /** Writes a text that stays, above the line. */
  above(text: string): void
  hide(): void
  show(): void
}

const eraseLine = '\r\x1b[2K'

/** On standard error. Where that is no terminal each text is written once, as a line. */
export function createStandingLine({ err, env }: Terminal): StandingLine {
  const paint = painter(err, env)
  const isLive = err.isTTY === true && env.TERM !== 'dumb'
  const standing = new Map<symbol, string>()
  let isHidden = false

  const last = () => [...standing.values()].at(-1)
  const erase = () => {
    if (isLive && !isHidden && last() !== undefined) err.write(eraseLine)
  }
  const draw = () => {
    const text = last()
    if (isLive && !isHidden && text !== undefined) err.write(paint('dim', `… ${text}`))
  }

  return Object.freeze({
    stand(text: string) {
      if (!isLive) err.write(`${text}\n`)
      erase()
      isHidden = false
      const key = Symbol('standing')
      standing.set(key, text)
      draw()
      return {
        done() {
          if (!standing.has(key)) return
          erase()
          standing.delete(key)
          draw()
        },
      }
    },
    above(text: string) {
      erase()
      err.write(text)
      draw()
    },
    hide() {
      erase()
      isHidden = true
    },
    show() {
      isHidden = false
      draw()
    },
  })
}
