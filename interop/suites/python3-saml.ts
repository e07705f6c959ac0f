import {
  ecdsaVariants,
  encryptedNameVariants,
  encryptedVariants,
  rsaVariants,
} from '../idp/variants.ts'
import { startPythonServiceProvider } from '../peers/python.ts'
import { serviceProviderSuite } from './service-provider.ts'

/** `npm run interop -- python3-saml`: signatures under the library xmlsec. */
export const python3SamlSuite = serviceProviderSuite({
  name: 'python3-saml',
  title: 'our IdP signs people in at python3-saml',
  packages: ['python3-onelogin-saml2', 'openssl'],
  start: (lifetime, idp) => startPythonServiceProvider(lifetime, idp, 'python3-saml'),
  variants: [...rsaVariants, ...ecdsaVariants, ...encryptedVariants, ...encryptedNameVariants],
  badSignature: /Signature validation failed/,
  badEncryption: /failed to decrypt/,
  errorStatus: /AuthnFailed/,
})
