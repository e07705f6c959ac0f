import { SamlError } from '@rolecall/saml'
import { expect } from 'vitest'

/** Every text that differs from the given one by one changed, removed, doubled or inserted character. */
export function* mutants(text: string, inserted: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)]
    const unit = text.charCodeAt(at)
    yield before + String.fromCharCode(unit ^ 1) + after
    yield before + String.fromCharCode(unit ^ 0x20) + after
    yield before + after
    yield before + text.charAt(at) + text.charAt(at) + after
    for (const character of inserted) yield before + character + text.slice(at)
  }
}

/** How many texts were accepted; each of them must say the same as the original. */
export async function accepted(
  texts: Iterable<string>,
  read: (text: string) => Promise<unknown>,
  original: unknown,
): Promise<number> {
  let count = 0
  for (const text of texts) {
    let facts: unknown
    try {
      facts = await read(text)
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
      continue
    }
    expect(facts).toEqual(original)
    count += 1
  }
  return count
}
