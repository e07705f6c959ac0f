import { expect } from 'vitest'

/** Secrets of one test, and the look for them in what its programs have said. */
export interface Planted {
  add(...secrets: readonly (string | undefined)[]): void
  /** Fails when a text has one of the secrets: as it is, URL-encoded, or in Base64 at any place of it. */
  expectNone(texts: Readonly<Record<string, string>>): void
  /** The secrets' first characters, of those that a text has. */
  foundIn(text: string): readonly string[]
}

/** No secrets at first. */
export function planted(): Planted {
  const secrets = new Set<string>()
  const foundIn = (text: string) =>
    [...secrets]
      .filter(secret => formsOf(secret).some(form => text.includes(form)))
      .map(secret => secret.slice(0, 6))
  return {
    add(...more) {
      for (const secret of more) if (secret !== undefined && secret.length >= 8) secrets.add(secret)
    },
    expectNone(texts) {
      expect(secrets.size).toBeGreaterThan(0)
      for (const [name, text] of Object.entries(texts))
        expect([name, foundIn(text)]).toEqual([name, []])
    },
    foundIn,
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // Where a secret begins within a group of three bytes decides its letters; those at its ends are shared.
  const inBase64 = [0, 1, 2].map(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
  const inUrls = inBase64.map(text => text.replaceAll('+', '-').replaceAll('/', '_'))
  const encoded = encodeURIComponent(secret)
  const lower = encoded.replace(/%../g, code => code.toLowerCase())
  return [secret, encoded, lower, ...inBase64, ...inUrls]
}
