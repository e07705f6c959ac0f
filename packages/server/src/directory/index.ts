export { createDirectory, type Directory } from './create-directory.ts'
export { DirectoryError, type DirectoryErrorCode, directoryErrors } from './errors.ts'
export { shortestPassword } from './passwords.ts'
export type { NewUser, User } from './user.ts'
