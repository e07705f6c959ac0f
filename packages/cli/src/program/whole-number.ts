import { InvalidArgumentError } from 'commander'

/** Reads an option's value: digits alone, within the bounds. `what` begins the message: `A port`. */
export function wholeNumber(
  what: string,
  { least, most }: { readonly least: number; readonly most: number },
): (text: string) => number {
  return text => {
    const number = Number(text)
    if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`${what} is a whole number from ${least} to ${most}.`)
  }
}
