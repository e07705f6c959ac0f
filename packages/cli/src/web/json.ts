import { notUnderstood } from './failures.ts'

/** The members of a JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The object that a body is; undefined for any other text. */
export function jsonObject(body: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object that an answer's body is. Throws `Failure` `provider`, which repeats nothing of it. */
export function readJson(
  answer: { readonly url: string; readonly status: number; readonly body: string },
  what: string,
): JsonObject {
  const value = jsonObject(answer.body)
  if (value !== undefined) return value
  const form = /^\s*</.test(answer.body) ? 'a web page' : 'something else'
  throw notUnderstood(
    new URL(answer.url).host,
    `${what} should be JSON, it is ${form} (status ${answer.status})`,
  )
}

/** A member that is a text of a bounded length. */
export function textMember(object: JsonObject, name: string, max = 100_000): string | undefined {
  const value = object[name]
  return typeof value === 'string' && value.length <= max ? value : undefined
}
