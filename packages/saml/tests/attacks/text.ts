/** Names and values that a reader cuts off at a comment, a section, an instruction or an element. */
import { swap } from '../forge.ts'
import { type Attack, edited, issued, put } from './attack.ts'

const leaves: readonly (readonly [string, string])[] = [
  ['NameID', '>alice@corp.test</saml:NameID>'],
  ['AttributeValue', '>alice@corp.test</saml:AttributeValue>'],
]

const cuts: readonly (readonly [string, string])[] = [
  ['a comment', '<!-- -->'],
  ['several comments', '<!----><!--x-->'],
  ['an empty section', '<![CDATA[]]>'],
]

/** The honest text with something in its midst: the whole of it is read, whatever stands there. */
const harmless: readonly Attack[] = leaves.flatMap(([leaf, text]) =>
  cuts.flatMap(([name, cut]): Attack[] => [
    {
      ...edited(
        `${leaf}: ${name} after the signature was made`,
        ['xml.structure'],
        put(text, text.replace('@', `@${cut}`)),
      ),
      isHarmless: true,
    },
    {
      ...issued(
        `${leaf}: ${name} before the signature was made`,
        ['xml.structure'],
        swap(text, text.replace('@', `@${cut}`)),
      ),
      isHarmless: true,
    },
  ]),
)

export const textAttacks: readonly Attack[] = [
  ...harmless,
  edited(
    'the name in a section, with more',
    ['signature.digest'],
    put('>alice@corp.test</saml:NameID>', '><![CDATA[admin@corp.test]]></saml:NameID>'),
  ),
  issued(
    'a comment in an Audience that is longer',
    ['assertion.audience'],
    swap('</saml:Audience>', '<!-- -->.evil.test</saml:Audience>'),
  ),
  issued(
    'a section in an Audience that is longer',
    ['assertion.audience'],
    swap('</saml:Audience>', '<![CDATA[.evil.test]]></saml:Audience>'),
  ),
  issued(
    'a comment in an Issuer that is longer',
    ['response.issuer'],
    swap(/(<saml:Assertion .*?)<\/saml:Issuer>/s, '$1<!-- -->.evil.test</saml:Issuer>'),
  ),
  issued(
    'a comment in the Issuer of the Response that is longer',
    ['response.issuer'],
    swap('</saml:Issuer>', '<!-- -->.evil.test</saml:Issuer>'),
  ),
  issued(
    'an element in the Audience',
    ['xml.structure'],
    swap('</saml:Audience>', '<x/></saml:Audience>'),
  ),
  issued(
    'an element in the Issuer',
    ['xml.structure'],
    swap(/(<saml:Assertion .*?)<\/saml:Issuer>/s, '$1<x/></saml:Issuer>'),
  ),
  issued(
    'an element in the name',
    ['xml.structure'],
    swap('>alice@corp.test</saml:NameID>', '>admin@corp.test<x>.evil</x></saml:NameID>'),
  ),
  issued('an element in a value', ['assertion.attribute'], swap('>staff<', '>admins<x/><')),
]
