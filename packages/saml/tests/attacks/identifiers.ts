/** The Reference, the ID that it names, and where the Signature stands. */
import { swap } from '../forge.ts'
import {
  type Attack,
  edited,
  inSignedInfo,
  issued,
  ns,
  put,
  sent,
  signatureEnd,
  underSameId,
} from './attack.ts'

/** What some library looks up as an identifier. */
const identifiers = ['ID', 'Id', 'id', 'xml:id', 'AssertionID', 'ResponseID', 'RequestID']

const twins: readonly Attack[] = [
  ...identifiers.map(name => twin(name, '')),
  twin('q:ID', ' xmlns:q="urn:q"'),
  twin(
    'wsu:Id',
    ' xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"',
  ),
]

function twin(name: string, declaration: string): Attack {
  return {
    name: `an element beside it whose ${name} is the ID of the signed one`,
    codes: ['signature.id', 'signature.digest'],
    forge: ({ level, original, replace }) => {
      const element = `<samlp:Extensions><x${declaration} ${name}="_${level}"/></samlp:Extensions>`
      return put('<samlp:Status>', `${element}<samlp:Status>`)(replace(original))
    },
  }
}

/** The evil element carries the Signature, and the ID of the original in another attribute. */
const confusions: readonly Attack[] = [...identifiers.slice(1), 'q:ID'].map(name => ({
  name: `the evil element has the signed ID as ${name}`,
  codes: ['signature.reference', 'signature.id', 'xml.structure'],
  forge: ({ level, evil, insert, signature, replace }) => {
    const declaration = name.startsWith('q:') ? ' xmlns:q="urn:q"' : ''
    const both = put(' ID="_evil"', `${declaration} ID="_evil" ${name}="_${level}"`)(evil)
    return replace(insert(both, signature))
  },
}))

const references: readonly (readonly [string, (id: string) => string])[] = [
  ['empty', () => ''],
  ['a bare #', () => '#'],
  ['another ID', () => '#_other'],
  ['the ID without #', id => id],
  ['two #', id => `##${id}`],
  ['a blank before', id => ` #${id}`],
  ['a blank after', id => `#${id} `],
  ['a blank within', id => `# ${id}`],
  ['percent encoding', id => `#%5F${id.slice(1)}`],
  ['other case', id => `#${id.toUpperCase()}`],
  ['the root by xpointer', () => '#xpointer(/)'],
  ['the ID by xpointer', id => `#xpointer(id('${id}'))`],
  ['the ID by xpointer with quotes', id => `#xpointer(id(&quot;${id}&quot;))`],
  ['an element scheme', () => '#element(/1)'],
  ['http', () => 'http://127.0.0.1:9/'],
  ['http with fragment', id => `http://127.0.0.1:9/#${id}`],
  ['a file', () => 'file:///etc/passwd'],
  ['a relative file', id => `x.xml#${id}`],
  ['quotes for XPath', () => '#x&apos;] or true() or [&apos;'],
  ['cid', id => `cid:${id}`],
  ['a null by reference', id => `#${id}%00`],
]

const badIds: readonly (readonly [string, string])[] = [
  ['a digit', '1x'],
  ['a blank', '_a b'],
  ['a colon', 'a:b'],
  ['a quote', "_a'] | //*[@ID='_b"],
  ['nothing', ''],
]

export const idAttacks: readonly Attack[] = [
  ...twins,
  ...confusions,
  ...references.map(([name, uri]): Attack => {
    const change = (target: { level: string }) =>
      put(/URI="[^"]*"/, `URI="${uri(`_${target.level}`)}"`)
    return {
      name: `a Reference by ${name}, signed`,
      codes: ['signature.reference'],
      forge: target => inSignedInfo('', [], change(target)).forge(target),
    }
  }),
  inSignedInfo('a Reference without URI, signed', ['signature.reference'], put(/ URI="[^"]*"/, '')),
  inSignedInfo(
    'a URI in a namespace beside the right one, signed',
    ['signature.structure'],
    put(/ URI=/, ' xmlns:q="urn:q" q:URI="#_evil" URI='),
  ),
  ...badIds.map(
    ([name, id]): Attack => ({
      name: `an ID with ${name}, in the Reference too`,
      codes: ['signature.id', 'xml.structure'],
      forge: ({ level, original, replace }) =>
        replace(
          original
            .replace(`ID="_${level}"`, `ID="${id}"`)
            .replace(/URI="[^"]*"/, () => `URI="#${id}"`),
        ),
    }),
  ),
  {
    name: 'no ID, and an empty Reference',
    codes: ['signature.id', 'xml.structure'],
    forge: ({ level, original, replace }) =>
      replace(original.replace(` ID="_${level}"`, '').replace(/URI="[^"]*"/, 'URI=""')),
  },
  edited('the ID in two attributes', ['xml.malformed'], text => text.replace(/ ID="\w+"/, '$&$&')),
  {
    name: 'Response and assertion under one ID',
    codes: ['signature.id'],
    forge: ({ level, original, replace }) => {
      const other = level === 'response' ? '_assertion' : '_response'
      return replace(original).replace(`ID="${other}"`, `ID="_${level}"`)
    },
  },
  issued(
    'another attribute on the Response',
    ['xml.structure'],
    swap('<samlp:Response ', '<samlp:Response xmlns:q="urn:q" q:ID="_x" '),
  ),
]

export const positions: readonly Attack[] = [
  {
    name: 'the Signature at the end of its element',
    codes: ['signature.position', 'xml.structure'],
    forge: target => target.replace(target.append(target.bare, target.signature)),
  },
  {
    name: 'the Signature before the Issuer',
    codes: ['signature.position', 'xml.structure'],
    forge: target =>
      target.replace(put('<saml:Issuer', `${target.signature}<saml:Issuer`)(target.bare)),
  },
  {
    name: 'an element between Issuer and Signature',
    codes: ['signature.position', 'xml.structure'],
    forge: target => target.replace(target.insert(target.bare, `<x/>${target.signature}`)),
  },
  {
    name: 'the Signature inside the Issuer',
    codes: ['signature.position', 'xml.structure'],
    forge: target =>
      target.replace(put('</saml:Issuer>', `${target.signature}</saml:Issuer>`)(target.bare)),
  },
  {
    name: 'the Signature twice',
    codes: ['signature.structure', 'signature.position', 'xml.structure'],
    forge: target => target.replace(target.insert(target.original, target.signature)),
  },
  {
    name: 'the Signature as the root',
    codes: ['xml.structure'],
    forge: target =>
      put(signatureEnd, `<ds:Object>${target.bare}</ds:Object>${signatureEnd}`)(target.signature),
  },
  {
    name: 'the Signature around the message, in a wrapper',
    codes: ['xml.structure'],
    forge: target => `<x>${target.signature}${target.bare}</x>`,
  },
  {
    name: 'the Signature in another assertion of Advice',
    codes: ['response.assertion'],
    level: 'assertion',
    forge: target =>
      target.replace(
        put(
          '</saml:Conditions>',
          `</saml:Conditions><saml:Advice>${target.insert(underSameId(target), target.signature)}</saml:Advice>`,
        )(target.bare.replace('"_assertion"', '"_outer"')),
      ),
  },
  sent('a stray Signature in Extensions', ['signature.position', 'signature.digest'], text => {
    const stray = `<ds:Signature xmlns:ds="${ns.ds}"/>`
    return put(
      '<samlp:Status>',
      `<samlp:Extensions>${stray}</samlp:Extensions><samlp:Status>`,
    )(text)
  }),
  {
    name: 'no Signature',
    codes: ['signature.missing', 'signature.digest'],
    isHarmlessOutside: true,
    forge: target => target.replace(target.bare).replace(/<ds:Signature .*?<\/ds:Signature>/gs, ''),
  },
  {
    name: 'an empty Signature',
    codes: ['signature.structure'],
    forge: target =>
      target.replace(
        target.insert(target.bare, `<ds:Signature xmlns:ds="${ns.ds}"></ds:Signature>`),
      ),
  },
  {
    // Harmless where the assertion has a Signature of its own.
    name: 'a Signature in a comment',
    codes: ['signature.missing', 'signature.digest'],
    isHarmless: true,
    forge: target => target.replace(target.insert(target.bare, `<!--${target.signature}-->`)),
  },
]
