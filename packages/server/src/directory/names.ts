import { DirectoryError } from './errors.ts'

/** Invisible or able to reorder what is shown: control, format, private, unassigned, separators. */
const deceiving = /[\p{C}\p{Zl}\p{Zp}]/u
const oddSpace = /[^\S ]/u

/** Refuses a username that a person could not read for what it is. */
export function checkUsername(username: string): void {
  const length = [...username].length
  const reason =
    length < 1 || length > 128
      ? `it has ${length} characters, 1 to 128 are allowed`
      : !isPlainText(username)
        ? 'it holds a control, invisible or direction character, or a space that is not U+0020'
        : username !== username.trim()
          ? 'it begins or ends with a space'
          : undefined
  if (reason !== undefined) {
    throw new DirectoryError('username-invalid', `the username is refused: ${reason}`)
  }
}

/** Refuses a display name, e-mail address or group that is empty, long or not plain text. */
export function checkField(what: string, value: string): void {
  const length = [...value].length
  if (length >= 1 && length <= 256 && isPlainText(value) && value.trim() === value) return
  throw new DirectoryError(
    'field-invalid',
    `the ${what} is refused: 1 to 256 visible characters without outer spaces are allowed`,
  )
}

/** What two names share that read the same: compatibility forms and case are folded. */
export function foldUsername(username: string): string {
  // Upper and then lower case also joins what has no single-letter partner: ß and SS, ſ and s.
  return username.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

function isPlainText(value: string): boolean {
  return value.isWellFormed() && !deceiving.test(value) && !oddSpace.test(value)
}
