/** Why the directory refused a change. */
export const directoryErrors = {
  'username-invalid': {
    meaning: 'The username is empty, too long, or holds characters that can deceive a reader.',
    remedy: 'Use 1 to 128 visible characters: no control or direction marks, no outer spaces.',
  },
  'username-taken': {
    meaning: 'There is already a user of this name, or of one that reads the same.',
    remedy: 'Choose another name, or change the password of the one that exists.',
  },
  'user-unknown': {
    meaning: 'There is no local user of this name.',
    remedy: 'Check the name: upper and lower case count. `rolecall user add` makes a user.',
  },
  'password-short': {
    meaning: 'The password is shorter than 12 characters.',
    remedy: 'Choose a longer one: a few words are easy to keep in mind.',
  },
  'password-long': {
    meaning: 'The password is longer than 1024 bytes.',
    remedy: 'Choose a shorter one.',
  },
  'field-invalid': {
    meaning: 'A display name, e-mail address or group name is empty, too long or not plain text.',
    remedy: 'Use 1 to 256 visible characters.',
  },
  'passwords-busy': {
    meaning: 'Too many passwords are being checked at once.',
    remedy: 'Try again in a moment.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>

/** One of the codes of `directoryErrors`. */
export type DirectoryErrorCode = keyof typeof directoryErrors

/** A refused change; the message names the user or field, never a password. */
export class DirectoryError extends Error {
  readonly code: DirectoryErrorCode
  readonly remedy: string

  constructor(code: DirectoryErrorCode, message: string) {
    super(message)
    this.name = 'DirectoryError'
    this.code = code
    this.remedy = directoryErrors[code].remedy
  }
}
