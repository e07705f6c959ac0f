/** Secrets of the command at rest, for those who hold them against a real keyring. */
export { keyringVault } from './keyring-vault.ts'
export { openVault } from './open-vault.ts'
