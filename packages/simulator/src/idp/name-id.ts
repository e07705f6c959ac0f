import { createHash } from 'node:crypto'
import { nameIdFormats } from '@rolecall/saml'
import type { Person } from '../world/loaded.ts'
import type { IdpIdentity } from './identity.ts'

/** A persistent name: the same at every sign-in and another at every service provider. */
export function nameIdOf({ entityId }: IdpIdentity, spEntityId: string, { username }: Person) {
  const value = createHash('sha256')
    .update(JSON.stringify([entityId, spEntityId, username]))
    .digest('hex')
  return { value, format: nameIdFormats.persistent, spNameQualifier: spEntityId }
}
