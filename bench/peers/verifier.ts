/** A peer that verifies responses; takes base64, rejects what it refuses. */
export interface Verifier {
  readonly verify: (response: string) => Promise<unknown>
  /** Name and roles that it reads. */
  readonly facts: (response: string) => Promise<string>
}
