/** `signIn.saml` and `signIn.samlKeys`: identity providers, and our own keys towards them. */
import { weakAlgorithms } from '@rolecall/saml'
import { z } from 'zod'
import { duration, emailDomains, id, secret } from './schema-parts.ts'

const allowedAlgorithm = z.strictObject({
  algorithm: z
    .enum(weakAlgorithms)
    .describe('What is taken. A SHA-1 signature as a rule needs two: `rsa-sha1` and `sha1`.'),
  until: z.iso
    .date('a day such as `2027-03-31`')
    .describe(
      'The last day (UTC) on which it is taken. After it sign-ins that need it are refused, without a restart.',
    ),
})

/** An entry of `signIn.saml`. */
export const samlProviderSchema = z.strictObject({
  id: id.describe('Names this provider in addresses, grants and the audit log.'),
  title: z.string().min(1).max(80).optional().describe('What its button says; default: the id.'),
  metadata: z
    .union([
      z.strictObject({ file: z.string().min(1).describe('A metadata file.') }),
      z.strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe(
            'A metadata address, read at start and every hour; https, or http on loopback. When it fails, what was read last counts for seven days at most, less where the metadata says so.',
          ),
      }),
    ])
    .describe("The identity provider's SAML metadata: its name, its addresses, its keys."),
  entityId: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      "The provider's entityID; it must match. Needed when the metadata holds several. With it, open sessions also count while metadata at an address cannot be read.",
    ),
  spEntityId: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Our own entityID towards it; default: the address of our metadata.'),
  acsPath: z
    .string()
    .max(128)
    .regex(/^(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/, 'a path such as `/saml/acs`')
    .optional()
    .describe(
      'Where its responses are taken (assertion consumer service); default: `/signin/saml/{id}/acs`. For a provider that knows another gateway at this address already.',
    ),
  attributes: z
    .strictObject({
      username: z.string().min(1).default('nameId').describe('Attribute, or `nameId`.'),
      displayName: z.string().min(1).optional().describe('Attribute with the name to show.'),
      email: z.string().min(1).optional().describe('Attribute with the e-mail address.'),
      groups: z
        .union([z.string().min(1), z.array(z.string().min(1))])
        .default([])
        .describe('Attributes whose values are group names; one name or a list.'),
    })
    .prefault({})
    .describe('Which assertion attributes say what.'),
  allowUnsolicited: z
    .boolean()
    .default(false)
    .describe(
      'Take responses that we did not ask for (started at the provider). Their RelayState may name a short address, alone or as `next=ADDRESS`.',
    ),
  forceAuthn: z
    .boolean()
    .default(false)
    .describe(
      'Ask the provider to sign the person in anew; an answer with an older sign-in is refused.',
    ),
  authnContexts: z
    .array(z.string().min(1).max(255))
    .max(16)
    .default([])
    .describe(
      'Authentication context classes (URIs), the most wanted first: the provider is asked for one of them, and an answer with none of them is refused.',
    ),
  clockSkew: duration.default(60).describe('How far its clock may be off; at most 5 minutes.'),
  allow: z
    .array(allowedAlgorithm)
    .max(16)
    .default([])
    .describe('Weak algorithms that are taken from this provider all the same, each until a day.'),
  logout: z
    .enum(['local', 'single'])
    .default('local')
    .describe(
      '`single`: whoever signs out here is signed out at the provider too, where it has an address for it and `signIn.samlKeys` a key. A sign-out that the provider asks for ends its sessions here in any case.',
    ),
  signRequests: z
    .boolean()
    .optional()
    .describe(
      "Sign what is sent to it with the first key of `signIn.samlKeys`; default: when the provider's metadata wants it (WantAuthnRequestsSigned).",
    ),
  emailDomains,
})

/** An entry of `signIn.samlKeys`. */
export const samlKeySchema = z.strictObject({
  certificate: z.string().min(1).describe('PEM file with the certificate; may be self-signed.'),
  key: secret.describe(
    'Its private key (PEM, not encrypted): RSA of 2048 bits or more, or EC on P-256, P-384 or P-521. Only RSA decrypts.',
  ),
})
