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
  'aws:tagkeys': 'many',
  'aws:principalarn': 'one',
  'aws:principalaccount': 'one',
  'aws:principaltype': 'one',
  'aws:userid': 'one',
  'aws:username': 'one',
  'aws:sourceidentity': 'one',
  'aws:multifactorauthpresent': 'one',
  'aws:securetransport': 'one',
}

/** Keys that end in a tag's name: `aws:RequestTag/Project`. */
const tagKeys = /^aws:(?:requesttag|principaltag|resourcetag)\/.{1,128}$/s

/** Whether the simulator knows a condition key (compared without case, as IAM does) and how many values it has. */
export function conditionKeyArity(key: string): Arity | undefined {
  const lower = key.toLowerCase()
  if (Object.hasOwn(keys, lower)) return keys[lower]
  return tagKeys.test(lower) ? 'one' : undefined
}

/** The keys known, for the remedy of a problem. */
export const knownConditionKeys: readonly string[] = [
  ...Object.keys(keys),
  'aws:requesttag/<key>',
  'aws:principaltag/<key>',
  'aws:resourcetag/<key>',
]
