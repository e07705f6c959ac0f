import {
  ecdsaVariants,
  encryptedNameVariants,
  encryptedVariants,
  rsaVariants,
} from '../idp/variants.ts'
import { startPythonServiceProvider } from '../peers/python.ts'
import { serviceProviderSuite } from './service-provider.ts'

/** `npm run interop -- pysaml2`: signatures under the program xmlsec1. */
export const pysaml2Suite = serviceProviderSuite({
  name: 'pysaml2',
  title: 'our IdP signs people in at pysaml2',
  packages: ['python3-pysaml2', 'xmlsec1', 'openssl'],
  start: (lifetime, idp) => startPythonServiceProvider(lifetime, idp, 'pysaml2'),
  variants: [...rsaVariants, ...ecdsaVariants, ...encryptedVariants, ...encryptedNameVariants],
  badSignature: /^Signature/,
  badEncryption: /^no assertion that it can read/,
  errorStatus: /^StatusAuthnFailed/,
})
