/** How long a role allows, once AWS has refused more: the next time asks for no more at once. */
import type { SignInParts } from '../../providers/provider.ts'

/** What is known of roles by ARN. */
export interface KnownMaximum {
  /** The wish, or what the role is known to allow when that is less. */
  limit(roleArn: string, wished: number | undefined): Promise<number | undefined>
  learn(roleArn: string, seconds: number): Promise<void>
}

/** An administrator may raise it. */
const keptMs = 7 * 24 * 3_600_000
const hour = 3600

export function createKnownMaximum({ remembered, now }: SignInParts): KnownMaximum {
  const nameOf = (roleArn: string) => `session-maximum ${roleArn}`
  return Object.freeze({
    async limit(roleArn: string, wished: number | undefined) {
      // AWS lets no role allow less than an hour.
      if (wished === undefined || wished <= hour) return wished
      const text = await remembered.get(nameOf(roleArn)).catch(() => undefined)
      const [, seconds, until] = /^(\d{3,5}) (\d{13})$/.exec(text ?? '') ?? []
      const isKnown = until !== undefined && Number(until) > now().getTime()
      return isKnown ? Math.min(wished, Number(seconds)) : wished
    },
    async learn(roleArn: string, seconds: number) {
      const text = `${seconds} ${now().getTime() + keptMs}`
      await remembered.set(nameOf(roleArn), text).catch(() => undefined)
    },
  })
}
