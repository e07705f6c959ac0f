import { expect, test } from 'vitest'
import { isAwsSignIn, signInPatterns } from './aws-sign-in.ts'

test.each([
  'https://signin.aws.amazon.com/saml',
  'https://eu-central-1.signin.aws.amazon.com/saml',
  'https://signin.aws.amazon.com/saml/acs/SAMLSP4SHN3UIS2D558H46',
  'https://signin.amazonaws-us-gov.com/saml',
  'https://us-gov-east-1.signin.amazonaws-us-gov.com/saml',
  'https://signin.amazonaws.cn/saml',
  'https://cn-north-1.signin.amazonaws.cn/saml',
  'https://eusc-de-east-1.signin.amazonaws-eusc.eu/saml?x=1',
])('%s takes a response', address => {
  expect(isAwsSignIn(address, undefined)).toBe(true)
})

test.each([
  'http://signin.aws.amazon.com/saml',
  'https://signin.aws.amazon.com.attacker.example/saml',
  'https://evilsignin.aws.amazon.com/saml',
  'https://signin.aws.amazon.com:8443/saml',
  'https://signin.aws.amazon.com/samlfoo',
  'https://signin.aws.amazon.com/platform/saml/acs/x',
  'https://idp.example/saml',
  'not an address',
])('%s takes none', address => {
  expect(isAwsSignIn(address, undefined)).toBe(false)
})

test('the target of the connection takes one too', () => {
  const target = 'https://broker.example/acs?tenant=1'
  expect(isAwsSignIn('https://broker.example/acs', target)).toBe(true)
  expect(isAwsSignIn('https://broker.example/other', target)).toBe(false)
  expect(signInPatterns(target)).toContainEqual({
    urlPattern: 'https://broker.example/acs\\?tenant=1*',
  })
})
