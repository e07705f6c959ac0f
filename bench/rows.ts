import type { Row } from './row.ts'
import { samlVerify } from './saml-verify.ts'
import { sigv4Aws4, sigv4Smithy } from './sigv4.ts'

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [samlVerify, sigv4Aws4, sigv4Smithy]
