import { z } from 'zod'

/** What a simulated identity provider of a kind that companies run or rent knows of a person of `idp.people`. */
export const tenantPerson = z.strictObject({
  username: z.string().min(1).max(256),
  /** ARNs of the roles that the application for AWS gives; each account has a SAML provider with `metadata: idp`. */
  roles: z.array(z.string().min(20).max(2048)).max(500).default([]),
  /** Seconds: SessionDuration of the assertion. */
  sessionDuration: z.int().min(900).max(43200).optional(),
  /** Apps that show one-time codes (TOTP, RFC 6238), by the names that their owner gave them. */
  totp: z
    .array(
      z.strictObject({
        label: z.string().min(1).max(64),
        secret: z
          .string()
          .regex(/^[A-Z2-7]{16,128}=*$/, 'a seed has 16 to 128 of A-Z and 2-7 (base32)'),
      }),
    )
    .max(8)
    .default([]),
  /** FIDO2 authenticators: what registering them left (WebAuthn Level 2), with a key of ES256. */
  securityKeys: z
    .array(
      z.strictObject({
        label: z.string().min(1).max(64).default('Security key'),
        /** Credential ID, unpadded base64url. */
        id: z.string().regex(/^[\w-]{16,1000}$/, 'a credential id is unpadded base64url'),
        /** SubjectPublicKeyInfo as base64 DER. */
        publicKey: z.string().regex(/^[A-Za-z0-9+/]{100,400}={0,2}$/, 'a key is base64 DER'),
      }),
    )
    .max(8)
    .default([]),
})
export type TenantPersonDocument = z.output<typeof tenantPerson>
