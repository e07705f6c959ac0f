import {
  ecdsaVariants,
  encryptedNameVariants,
  encryptedVariants,
  oaepSha256Variants,
  person,
  rsaVariants,
} from '../idp/variants.ts'
import { startShibboleth } from '../peers/shibboleth.ts'
import { serviceProviderSuite } from './service-provider.ts'

/** `npm run interop -- shibboleth`: signatures under Xerces and xml-security-c. */
export const shibbolethSuite = serviceProviderSuite({
  name: 'shibboleth',
  title: 'our IdP signs people in at the Shibboleth SP',
  packages: ['apache2-bin', 'libapache2-mod-shib', 'shibboleth-sp-utils', 'openssl'],
  start: (lifetime, idp) => startShibboleth(lifetime, idp, Object.keys(person.attributes)),
  variants: [
    ...rsaVariants,
    ...ecdsaVariants,
    ...encryptedVariants,
    ...encryptedNameVariants,
    ...oaepSha256Variants,
  ],
  badSignature: /signature could not be verified/,
  badEncryption: /valid authentication statement was not found/,
  errorStatus: /AuthnFailed/,
})
