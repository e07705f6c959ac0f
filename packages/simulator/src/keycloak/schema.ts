import { z } from 'zod'
import { tenantPerson } from '../tenants/schema.ts'

const name = z.string().regex(/^[\w.-]{1,64}$/, 'a name has 1 to 64 of letters, digits and _.-')

/** A simulated Keycloak, on the port of the company IdP, and what its people meet there. */
export const keycloakSchema = z.strictObject({
  realm: name.default('company'),
  /** `saml_idp_initiated_sso_url_name` of the client for AWS: the end of its address. */
  client: name.default('amazon-aws'),
  /** Whose pages it shows: 24 with the theme `keycloak`, or 26 with `keycloak.v2`. */
  version: z.union([z.literal(24), z.literal(26)]).default(26),
  /** Username and password on pages of their own. */
  separatePages: z.boolean().default(false),
  /** Asks whether AWS may know who the person is. */
  consent: z.boolean().default(false),
  people: z
    .array(
      tenantPerson.extend({
        disabled: z.boolean().default(false),
        recoveryCodes: z.array(z.string().min(4).max(32)).max(12).default([]),
        /** What the person must do before anything else: `UPDATE_PASSWORD`. */
        requiredAction: name.optional(),
      }),
    )
    .max(1000)
    .default([]),
})
export type KeycloakDocument = z.output<typeof keycloakSchema>
