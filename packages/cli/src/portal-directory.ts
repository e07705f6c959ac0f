import { join } from 'node:path'

/** Where the built web page lies. */
export const portalDirectory = join(import.meta.dirname, '..', '..', 'portal', 'dist')
