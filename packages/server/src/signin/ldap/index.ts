export { createLdapSource, type LdapSource } from './create-ldap-source.ts'
