/** How many values a request can have for a key; several need `ForAnyValue:` or `ForAllValues:`. */
type Arity = 'one' | 'many'

const keys: Readonly<Record<string, Arity>> = {
  'sts:externalid': 'one',
  'sts:rolesessionname': 'one',
  'sts:sourceidentity': 'one',
  'sts:transitivetagkeys': 'many',
  'saml:aud': 'one',
  'saml:iss': 'one',
  'saml:sub': 'one',
  'saml:sub_type': 'one',
  'saml:namequalifier': 'one',
  'saml:doc': 'one',
  'aws:currenttime': 'one',
  'aws:epochtime': 'one',
  'aws:federatedprovider': 'one',
  'aws:multifactorauthage': 'one',
  'aws:multifactorauthpresent': 'one',
  'aws:principalaccount': 'one',
  'aws:principalarn': 'one',
  'aws:principalorgid': 'one',
  'aws:principaltype': 'one',
  'aws:requestedregion': 'one',
  'aws:resourceaccount': 'one',
  'aws:securetransport': 'one',
  'aws:sourceidentity': 'one',
  'aws:sourceip': 'one',
  'aws:tagkeys': 'many',
  'aws:tokenissuetime': 'one',
  'aws:useragent': 'one',
  'aws:userid': 'one',
  'aws:username': 'one',
}

/** Keys that end in a tag's name: `aws:RequestTag/Project`. */
const tagKeys = /^aws:(?:requesttag|principaltag|resourcetag)\/.{1,128}$/s
/** Keys of a web identity: the provider's URL without its scheme, then the claim: `token.example.com/a:sub`. */
const webIdentityKeys = /^(?:[a-z0-9-]+\.|localhost\b)[a-z0-9.:/_-]*:(aud|oaud|azp|sub|amr)$/
/** Keys of the services that decide about them on their own: `s3:prefix`, `iam:PassedToService`. */
const serviceKeys = /^(?:s3|iam|organizations|ec2|execute-api):[\w/.-]+$/

/** Whether the simulator knows a condition key (compared without case, as IAM does) and how many values it has. */
export function conditionKeyArity(key: string): Arity | undefined {
  const lower = key.toLowerCase()
  if (Object.hasOwn(keys, lower)) return keys[lower]
  const claim = webIdentityKeys.exec(lower)?.[1]
  if (claim !== undefined) return claim === 'amr' ? 'many' : 'one'
  return tagKeys.test(lower) || serviceKeys.test(lower) ? 'one' : undefined
}

/** The keys known, for the remedy of a problem. */
export const knownConditionKeys: readonly string[] = [
  ...Object.keys(keys),
  'aws:requesttag/<key>',
  'aws:principaltag/<key>',
  'aws:resourcetag/<key>',
  '<provider>:aud, :sub, :amr, :azp or :oaud',
  'keys of s3, iam, organizations, ec2 and execute-api',
]
