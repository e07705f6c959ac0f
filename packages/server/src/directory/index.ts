export { createDirectory, type Directory } from './create-directory.ts'
export { DirectoryError, directoryErrors } from './errors.ts'
export { shortestPassword } from './passwords.ts'
export type { NewUser, User } from './user.ts'
