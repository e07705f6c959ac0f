import { encryptedNameVariants, encryptedVariants, person, rsaVariants } from '../idp/variants.ts'
import { startMellon } from '../peers/mellon.ts'
import { serviceProviderSuite } from './service-provider.ts'

/** `npm run interop -- mellon`: signatures under lasso, which knows RSA alone. */
export const mellonSuite = serviceProviderSuite({
  name: 'mellon',
  title: 'our IdP signs people in at mod_auth_mellon',
  packages: ['apache2-bin', 'libapache2-mod-auth-mellon', 'openssl'],
  start: (lifetime, idp) => startMellon(lifetime, idp, Object.keys(person.attributes)),
  variants: [...rsaVariants, ...encryptedVariants, ...encryptedNameVariants],
  badSignature: /Failed to verify signature/,
  badEncryption: /Could not decrypt an assertion/,
  errorStatus: /AuthnFailed/,
})
