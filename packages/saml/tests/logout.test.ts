import { deflateRawSync } from 'node:zlib'
import { type LogoutRequestInput, SamlError, signXml, statusCodes } from '@rolecall/saml'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  attacker,
  bare,
  bindingNames,
  buildRequest,
  buildResponse,
  carried,
  honest,
  idp,
  type Message,
  nameId,
  now,
  readRequest,
  readResponse,
  requestInput,
  responseInput,
  signedAs,
  sloUrl,
  soap,
} from './logout-messages.ts'

const code = (value: string) => expect.objectContaining({ code: value })
const messages = ['request', 'response'] as const
const everywhere = bindingNames.flatMap(binding => messages.map(message => ({ binding, message })))

/** Reads whatever message it is. */
function read(
  input: Parameters<typeof readRequest>[0] & Parameters<typeof readResponse>[0],
  message: Message,
) {
  return message === 'request' ? readRequest(input) : readResponse(input)
}

describe.each(bindingNames)('by %s', binding => {
  const relayState = binding === 'soap' ? {} : { relayState: 'r 1' }

  test('a request carries every fact', async () => {
    const built = buildRequest(binding, relayState)
    expect(await readRequest(requestInput(built))).toEqual({
      id: '_q1',
      issuer: idp,
      destination: sloUrl,
      issueInstant: now,
      notOnOrAfter: new Date('2026-11-21T01:05:00Z'),
      nameId,
      sessionIndexes: ['_s1', '_s2'],
      reason: 'urn:oasis:names:tc:SAML:2.0:logout:user',
      ...relayState,
    })
  })

  test('a request needs a name and nothing else', async () => {
    const built = buildRequest(binding, { nameId: { value: 'a' }, sessionIndexes: [] })
    expect(await readRequest(requestInput(built))).toMatchObject({
      nameId: { value: 'a', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' },
      sessionIndexes: [],
    })
  })

  test.each([
    [undefined, { code: statusCodes.success, subCodes: [] }, 'complete'],
    [
      { code: statusCodes.success, subCode: statusCodes.partialLogout, message: 'two & more' },
      { code: statusCodes.success, subCodes: [statusCodes.partialLogout], message: 'two & more' },
      'partial',
    ],
    [
      { code: statusCodes.responder, subCode: statusCodes.partialLogout },
      { code: statusCodes.responder, subCodes: [statusCodes.partialLogout] },
      'partial',
    ],
    [
      { code: statusCodes.requester, subCode: statusCodes.unknownPrincipal },
      { code: statusCodes.requester, subCodes: [statusCodes.unknownPrincipal] },
      'failed',
    ],
    [
      { code: statusCodes.responder, subCode: statusCodes.success },
      { code: statusCodes.responder, subCodes: [statusCodes.success] },
      'failed',
    ],
  ])('a response with status %j', async (status, facts, outcome) => {
    const options = status === undefined ? relayState : { ...relayState, status }
    expect(await readResponse(responseInput(buildResponse(binding, options)))).toEqual({
      id: '_r1',
      issuer: idp,
      destination: sloUrl,
      issueInstant: now,
      inResponseTo: '_asked',
      status: facts,
      outcome,
      ...relayState,
    })
  })

  test('a request is taken once by each issuer', async () => {
    const seen = new Map<string, Date>()
    const replay = {
      async seen(id: string, until: Date) {
        return seen.size === seen.set(id, until).size
      },
    }
    const input = requestInput(buildRequest(binding))
    await readRequest(input, { replay })
    // 5 minutes of age and 60 s of skew, and the first instant after.
    expect([...seen]).toEqual([[`_q1 ${idp}`, new Date('2026-11-21T01:06:00.001Z')]])
    await expect(readRequest(input, { replay })).rejects.toThrow(code('logout.replayed'))
  })

  test('nothing that is refused is recorded', async () => {
    const replay = { seen: () => expect.unreachable() }
    for (const bad of [
      signedAs(bare('request').replace(sloUrl, 'https://other.test/'), binding, 'request'),
      signedAs(bare('request'), binding, 'request', attacker),
    ]) {
      await expect(readRequest(bad, { replay })).rejects.toBeInstanceOf(SamlError)
    }
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['answers nothing', () => undefined],
  ])('a store that %s refuses', async (_, seen) => {
    const replay = { seen: seen as () => boolean }
    await expect(readRequest(requestInput(buildRequest(binding)), { replay })).rejects.toThrow(
      code('logout.replay-store'),
    )
  })
})

describe.each(everywhere)('a $message by $binding', ({ binding, message }) => {
  const name = message === 'request' ? 'SAMLRequest' : 'SAMLResponse'
  const unsigned = carried(bare(message), binding)
  const input =
    unsigned.binding === 'redirect'
      ? { ...unsigned, query: unsigned.query.replace('SAMLRequest', name) }
      : unsigned

  test('that is unsigned is refused', async () => {
    await expect(read(input, message)).rejects.toThrow(code('logout.signature'))
  })

  test('that another key signed is refused', async () => {
    await expect(read(signedAs(bare(message), binding, message), message)).resolves.toBeDefined()
    await expect(
      read(signedAs(bare(message), binding, message, attacker), message),
    ).rejects.toThrow(code('signature.value'))
  })

  test.each<[string, string | RegExp, string, string]>([
    ['of another issuer', idp, `${idp}x`, 'logout.issuer'],
    [
      'of an issuer of another format',
      '<saml:Issuer',
      '<saml:Issuer Format="urn:x"',
      'logout.issuer',
    ],
    ['of two issuers', /<saml:Issuer.*<\/saml:Issuer>/, '$&$&', 'xml.structure'],
    ['for another endpoint', sloUrl, `${sloUrl}/`, 'logout.destination'],
    ['for an endpoint that is empty', sloUrl, '', 'logout.destination'],
    ['that is stale', 'T01:00:00Z', 'T00:53:59Z', 'logout.time'],
    ['from the future', 'T01:00:00Z', 'T01:01:01Z', 'logout.time'],
    ['with a local time', 'T01:00:00Z', 'T01:00:00', 'xml.time'],
    ['of another version', 'Version="2.0"', 'Version="2.1"', 'logout.version'],
    [
      'without ID',
      / ID="_.1"/,
      ' ID="1"',
      binding === 'redirect' ? 'logout.malformed' : 'signature.id',
    ],
    [
      'with an attribute that the schema has not',
      ' Version',
      ' Id="_x" Version',
      'logout.malformed',
    ],
    [
      'with a child that the schema has not',
      '</saml:Issuer>',
      '$&<samlp:Scoping/>',
      'logout.malformed',
    ],
    ['with text between its elements', '</saml:Issuer>', '$&x', 'xml.structure'],
    ['in another namespace', /SAML:2.0:protocol/g, 'SAML:2.0:other', 'logout.malformed'],
    ['of another kind', /Logout(?=Request|Response)/g, 'Authn', 'logout.malformed'],
  ])('%s is refused', async (_, from, to, expected) => {
    const xml = bare(message).replace(from, to)
    expect(xml).not.toBe(bare(message))
    const signed = () => read(signedAs(xml, binding, message), message)
    if (expected === 'signature.id') expect(signed).toThrow(code(expected))
    else await expect(signed()).rejects.toThrow(code(expected))
  })

  test('without Destination is refused where a browser carried it', async () => {
    const xml = bare(message).replace(` Destination="${sloUrl}"`, '')
    const result = read(signedAs(xml, binding, message), message)
    if (binding === 'soap') expect(await result).not.toHaveProperty('destination')
    else await expect(result).rejects.toThrow(code('logout.destination'))
  })

  test('with Consent and Extensions is taken', async () => {
    const xml = bare(message)
      .replace(' Version', ' Consent="urn:oasis:names:tc:SAML:2.0:consent:obtained" Version')
      .replace('</saml:Issuer>', '$&<samlp:Extensions><x xmlns="urn:x"/></samlp:Extensions>')
    expect(await read(signedAs(xml, binding, message), message)).toMatchObject({ issuer: idp })
  })

  test('that is the other kind is refused', async () => {
    const other = message === 'request' ? 'response' : 'request'
    await expect(read(signedAs(bare(other), binding, message), message)).rejects.toThrow(
      code('logout.malformed'),
    )
  })
})

describe.each(bindingNames)('a request by %s', binding => {
  const nameElement = /<saml:NameID .*<\/saml:NameID>/
  const asEncrypted =
    '<saml:EncryptedID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><x xmlns="urn:x"/></saml:EncryptedID>'

  test.each<[string, string | RegExp, string, string]>([
    ['two names', nameElement, '$&$&', 'logout.malformed'],
    ['no name', nameElement, '', 'logout.subject'],
    ['a name of white space', '>alice@corp.test<', '> <', 'logout.subject'],
    ['an element in the name', '>alice@corp.test<', '>alice@corp.test<x/><', 'xml.structure'],
    ['an encrypted name', nameElement, asEncrypted, 'response.encrypted'],
    ['an encrypted name beside a plain one', nameElement, `$&${asEncrypted}`, 'logout.subject'],
    [
      'a name of its own kind',
      nameElement,
      asEncrypted.replaceAll('EncryptedID', 'BaseID'),
      'logout.subject',
    ],
    ['an empty session index', '>_s1<', '><', 'logout.malformed'],
    [
      'a session index before the name',
      nameElement,
      '<samlp:SessionIndex>_s1</samlp:SessionIndex>$&',
      'logout.malformed',
    ],
    ['an end that has come', 'T01:05:00Z', 'T00:59:00Z', 'logout.expired'],
    ['an end that is no time', 'T01:05:00Z', 'T25:05:00Z', 'xml.time'],
  ])('with %s is refused', async (_, from, to, expected) => {
    const xml = bare('request').replace(from, to)
    expect(xml).not.toBe(bare('request'))
    await expect(readRequest(signedAs(xml, binding, 'request'))).rejects.toThrow(code(expected))
  })

  test('an end is extended by the skew and no further', async () => {
    const ending = (end: string) =>
      readRequest(signedAs(bare('request').replace('T01:05:00Z', end), binding, 'request'))
    expect(await ending('T00:59:00.001Z')).toMatchObject({ id: '_q1' })
    await expect(ending('T00:59:00Z')).rejects.toThrow(code('logout.expired'))
  })

  test('a comment does not cut the name', async () => {
    const xml = bare('request').replace('alice@corp.test', 'alice@corp.test<!-- x -->.evil.test')
    const { nameId: read } = await readRequest(signedAs(xml, binding, 'request'))
    expect(read.value).toBe('alice@corp.test.evil.test')
  })

  test('the peer is found by the issuer', async () => {
    const input = requestInput(buildRequest(binding))
    const known = { entityId: idp, signingKeys: [honest.publicKey] }
    const peer = async (issuer: string) => (issuer === idp ? known : undefined)
    expect(await readRequest(input, { peer })).toMatchObject({ issuer: idp })
    for (const other of [() => undefined, () => ({ ...known, entityId: 'urn:other' })]) {
      await expect(readRequest(input, { peer: other })).rejects.toThrow(code('logout.issuer'))
    }
    await expect(readRequest(input, { peer: { ...known, signingKeys: [] } })).rejects.toThrow(
      code('logout.signature'),
    )
  })
})

describe.each(bindingNames)('a response by %s', binding => {
  const status = /<samlp:Status>.*<\/samlp:Status>/
  const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

  test.each<[string, string | RegExp, string, string]>([
    ['to another request', '"_asked"', '"_other"', 'logout.in-response-to'],
    ['to no request', ' InResponseTo="_asked"', '', 'logout.in-response-to'],
    ['without status', status, '', 'logout.malformed'],
    ['with two statuses', status, '$&$&', 'logout.malformed'],
    ['with a status of no code', ` Value="${success}"`, '', 'logout.malformed'],
    [
      'with two codes at the top',
      /<samlp:StatusCode.*<\/samlp:StatusCode>/,
      '$&$&',
      'logout.malformed',
    ],
    [
      'with two codes below',
      '</samlp:StatusCode>',
      '<samlp:StatusCode Value="a"/><samlp:StatusCode Value="b"/>$&',
      'xml.structure',
    ],
    ['with another element in a code', '</samlp:StatusCode>', '<x/>$&', 'logout.malformed'],
  ])('%s is refused', async (_, from, to, expected) => {
    const xml = bare('response').replace(from, to)
    expect(xml).not.toBe(bare('response'))
    await expect(readResponse(signedAs(xml, binding, 'response'))).rejects.toThrow(code(expected))
  })

  test('codes are read at every level', async () => {
    const nested = '<samlp:StatusCode Value="a"><samlp:StatusCode Value="b"/></samlp:StatusCode>$&'
    const xml = bare('response').replace('</samlp:StatusCode>', nested)
    expect(await readResponse(signedAs(xml, binding, 'response'))).toMatchObject({
      status: { code: success, subCodes: ['a', 'b'] },
      outcome: 'complete',
    })
  })
})

describe('the query of a redirect', () => {
  const { query } = requestInput(buildRequest('redirect', { relayState: 'r 1' })) as {
    query: string
  }
  const part = (name: string) =>
    query.split('&').find(each => each.startsWith(`${name}=`)) ?? expect.unreachable()

  test('may come in any order', async () => {
    const reversed = query.split('&').reverse().join('&')
    const input = { binding: 'redirect', query: `x=1&${reversed}` } as const
    expect(await readRequest(input)).toMatchObject({ id: '_q1', relayState: 'r 1' })
  })

  test.each<[string, string, string]>([
    ['its octets re-encoded', query.replace('%3A', '%3a'), 'signature.value'],
    ['another RelayState', query.replace('r%201', 'r%202'), 'signature.value'],
    ['the RelayState encoded otherwise', query.replace('r%201', 'r+1'), 'signature.value'],
    ['no RelayState', query.replace('&RelayState=r%201', ''), 'signature.value'],
    ['a repeated request', `${query}&${part('SAMLRequest')}`, 'redirect.invalid'],
    ['a repeated RelayState', `${query}&RelayState=x`, 'redirect.invalid'],
    ['a repeated signature', `${query}&${part('Signature')}`, 'redirect.invalid'],
    ['a response too', `${query}&SAMLResponse=x`, 'redirect.invalid'],
    ['a response instead', query.replace('SAMLRequest', 'SAMLResponse'), 'redirect.invalid'],
    ['no signature', query.replace(/&Signature=.*/, ''), 'redirect.invalid'],
    ['no algorithm', query.replace(`&${part('SigAlg')}`, ''), 'redirect.invalid'],
    ['neither', query.replace(/&SigAlg=.*/, ''), 'logout.signature'],
    [
      'SHA-1',
      query.replace(
        /(SigAlg=).*(?=&)/,
        '$1http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1',
      ),
      'signature.algorithm',
    ],
  ])('is refused with %s', async (_, changed, expected) => {
    expect(changed).not.toBe(query)
    await expect(readRequest({ binding: 'redirect', query: changed })).rejects.toThrow(
      code(expected),
    )
  })

  test('does not take a signature in the XML, alone or beside its own', async () => {
    const signed = signXml(bare('request'), { key: honest.privateKey })
    for (const input of [carried(signed, 'redirect'), signedAs(signed, 'redirect', 'request')]) {
      await expect(readRequest(input)).rejects.toThrow(code('logout.signature'))
    }
  })
})

describe.each(['post', 'soap'] as const)('a signature by %s', binding => {
  const signed = signXml(bare('request'), { key: honest.privateKey })
  const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/.exec(signed) ?? []
  const evil = bare('request').replace('alice@', 'bob@')
  const insert = (xml: string, after: string, what: string) =>
    xml.replace(after, () => after + what)
  const wrapped = (inner: string) => `<samlp:Extensions>${inner}</samlp:Extensions>`

  test.each<[string, string, string]>([
    ['over another message', insert(evil, '</saml:Issuer>', signature), 'signature.digest'],
    [
      'moved to the end',
      insert(bare('request'), '</samlp:SessionIndex>', signature),
      'signature.position',
    ],
    [
      'in front of the issuer',
      bare('request').replace('<saml:Issuer', () => `${signature}<saml:Issuer`),
      'signature.position',
    ],
    ['twice', insert(signed, '</ds:Signature>', signature), 'logout.signature'],
    [
      'of a message in the Extensions',
      insert(evil.replace('_q1', '_evil'), '</saml:Issuer>', wrapped(signed)),
      'logout.signature',
    ],
    [
      'of another ID',
      insert(evil.replace('_q1', '_evil'), '</saml:Issuer>', signature),
      'signature.reference',
    ],
    [
      'beside the message with the same ID',
      insert(evil, '</saml:Issuer>', signature + wrapped(bare('request'))),
      'signature.id',
    ],
    [
      'with the message in an Object',
      insert(
        evil.replace('_q1', '_evil'),
        '</saml:Issuer>',
        signature.replace(
          '</ds:Signature>',
          () => `<ds:Object>${bare('request')}</ds:Object></ds:Signature>`,
        ),
      ),
      'signature.structure',
    ],
  ])('%s is refused', async (_, xml, expected) => {
    expect(signature).not.toBe('')
    await expect(readRequest(carried(signed, binding))).resolves.toMatchObject({ nameId })
    await expect(readRequest(carried(xml, binding))).rejects.toThrow(code(expected))
  })
})

describe('SOAP', () => {
  const signed = signXml(bare('request'), { key: honest.privateKey })
  const ns = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
  const envelope = soap(signed)
  const read = (text: string | Uint8Array) => readRequest({ binding: 'soap', envelope: text })

  test('what we write is what we read', async () => {
    const { envelope: built = '' } = buildRequest('soap')
    expect(built).toMatch(
      /^<soap:Envelope xmlns:soap="http:\/\/schemas.xmlsoap.org\/soap\/envelope\/"><soap:Body><samlp:LogoutRequest .*<\/samlp:LogoutRequest><\/soap:Body><\/soap:Envelope>$/,
    )
    expect(await read(Buffer.from(built))).toMatchObject({ nameId })
  })

  test.each<[string, string]>([
    [
      'an XML declaration and blanks',
      `<?xml version="1.0" encoding="UTF-8"?>\n${envelope.replace('<s:Body>', '\n<s:Body>\n')}`,
    ],
    ['an empty header', soap(signed, '<s:Header/>')],
    [
      'a header that need not be understood',
      soap(signed, '<s:Header><x xmlns="urn:x" s:mustUnderstand="0" s:actor="a"/></s:Header>'),
    ],
    ['an encoding style', envelope.replace('<s:Body>', '<s:Body s:encodingStyle="urn:x">')],
    [
      'namespaces of the message declared outside',
      soap(signed).replace(
        '<s:Body>',
        '<s:Body xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:x">',
      ),
    ],
  ])('takes %s', async (_, text) => {
    expect(await read(text)).toMatchObject({ nameId })
  })

  test.each<[string, string, string]>([
    ['the message without envelope', signed, 'soap.invalid'],
    [
      'SOAP 1.2',
      envelope.replace(
        'http://schemas.xmlsoap.org/soap/envelope/',
        'http://www.w3.org/2003/05/soap-envelope',
      ),
      'soap.invalid',
    ],
    ['two bodies', envelope.replace('</s:Envelope>', '<s:Body/></s:Envelope>'), 'soap.invalid'],
    ['no body', `<s:Envelope ${ns}/>`, 'soap.invalid'],
    ['an empty body', soap(''), 'soap.invalid'],
    ['two messages', soap(signed + signed), 'soap.invalid'],
    [
      'an unsigned message before the signed one',
      soap(bare('request').replace('_q1', '_e') + signed),
      'soap.invalid',
    ],
    ['text in the body', soap(`x${signed}`), 'xml.structure'],
    [
      'a header after the body',
      envelope.replace('</s:Envelope>', '<s:Header/></s:Envelope>'),
      'soap.invalid',
    ],
    [
      'something after the body',
      envelope.replace('</s:Envelope>', '<x/></s:Envelope>'),
      'soap.invalid',
    ],
    [
      'a header that must be understood',
      soap(signed, '<s:Header><x s:mustUnderstand="1"/></s:Header>'),
      'soap.invalid',
    ],
    [
      'a header with another demand',
      soap(signed, '<s:Header><x s:mustUnderstand=" 1"/></s:Header>'),
      'soap.invalid',
    ],
    ['a plain attribute', envelope.replace('<s:Body>', '<s:Body Id="_b">'), 'soap.invalid'],
    [
      'a second ID in the header',
      soap(signed, '<s:Header><x ID="_q1"/></s:Header>'),
      'signature.id',
    ],
    [
      'the signature in the header',
      soap(
        bare('request'),
        `<s:Header>${/<ds:Signature .*<\/ds:Signature>/.exec(signed)?.[0]}</s:Header>`,
      ),
      'logout.signature',
    ],
    [
      'a fault',
      soap('<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>'),
      'soap.fault',
    ],
    ['a DOCTYPE', `<!DOCTYPE x>${envelope}`, 'xml.doctype'],
  ])('refuses %s', async (_, text, expected) => {
    await expect(read(text)).rejects.toThrow(code(expected))
  })

  test('a signature over the envelope does not stand for one over the message', async () => {
    const whole = signXml(
      soap(bare('request')).replace('<s:Envelope', '<s:Envelope s:x="" ID="_env"'),
      {
        key: honest.privateKey,
      },
    )
    await expect(read(whole)).rejects.toThrow(code('soap.invalid'))
    const body = signXml(soap(bare('request')).replace('<s:Body>', '<s:Body ID="_body">'), {
      key: honest.privateKey,
      id: '_body',
    })
    await expect(read(body)).rejects.toThrow(code('soap.invalid'))
  })

  test('a fault says what the peer said', async () => {
    const fault =
      '<s:Fault><faultcode>s:Server</faultcode><faultstring>out of order</faultstring></s:Fault>'
    await expect(read(soap(fault))).rejects.toThrow('s:Server, out of order')
  })
})

describe('options', () => {
  test.each<[string, object]>([
    ['no key', { sign: undefined }],
    ['a public key', { sign: { key: honest.publicKey } }],
    ['no issuer', { issuer: '' }],
    ['a relative destination', { destination: '/slo' }],
    ['another binding', { binding: 'artifact' }],
    ['a RelayState by SOAP', { binding: 'soap', relayState: 'x' }],
    ['no name', { nameId: undefined }],
    ['an empty name', { nameId: { value: '' } }],
    ['a session index that is empty', { sessionIndexes: [''] }],
    ['a session index instead of a list', { sessionIndexes: '_s1' }],
    ['a life of no time', { lifetimeSeconds: 0 }],
    ['no time', { now: undefined }],
    ['an ID that is none', { id: '1' }],
  ])('a request is not built with %s', (_, options) => {
    expect(() => buildRequest('redirect', options)).toThrow(code('option.invalid'))
  })

  test.each<[string, object]>([
    ['no key', { sign: undefined }],
    ['no request', { inResponseTo: undefined }],
    ['an empty status', { status: { code: '' } }],
  ])('a response is not built with %s', (_, options) => {
    expect(() => buildResponse('post', options)).toThrow(code('option.invalid'))
  })

  const input = requestInput(buildRequest('post'))
  test.each<[string, object]>([
    ['no destination', { destination: undefined }],
    ['no time', { now: undefined }],
    ['a time as text', { now: '2026-11-21T01:00:00Z' }],
    ['no replay store', { replay: undefined }],
    ['a store without seen', { replay: {} }],
    ['no peer', { peer: undefined }],
    ['a peer without keys', { peer: { entityId: idp } }],
    ['a peer without name', { peer: { signingKeys: [honest.publicKey] } }],
    ['a peer that is found to be a text', { peer: () => idp }],
    ['too much skew', { clockSkewSeconds: 301 }],
  ])('a request is not read with %s', async (_, options) => {
    await expect(readRequest(input, options)).rejects.toThrow(code('option.invalid'))
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'option.invalid'],
    ['no binding', {}, 'option.invalid'],
    ['another binding', { binding: 'artifact' }, 'option.invalid'],
    ['a query that is none', { binding: 'redirect', query: ['x'] }, 'redirect.invalid'],
    ['a field that is none', { binding: 'post', samlRequest: ['x'] }, 'post.invalid'],
    ['an envelope that is none', { binding: 'soap', envelope: ['x'] }, 'option.invalid'],
    ['a RelayState that is none', { ...input, relayState: ['x'] }, 'relay-state.invalid'],
  ])('%s is no request', async (_, given, expected) => {
    await expect(readRequest(given as LogoutRequestInput)).rejects.toThrow(code(expected))
  })

  test('a RelayState that we would not echo is refused in a redirect too', async () => {
    const { query } = signedAs(bare('request'), 'redirect', 'request') as { query: string }
    const withState = query.replace('&SigAlg', '&RelayState=a%0Ab&SigAlg')
    await expect(readRequest({ binding: 'redirect', query: withState })).rejects.toThrow(
      code('relay-state.invalid'),
    )
  })

  test('a bomb is not inflated', async () => {
    const bomb = deflateRawSync(Buffer.alloc(8_000_000)).toString('base64')
    const query = `SAMLRequest=${encodeURIComponent(bomb)}`
    await expect(readRequest({ binding: 'redirect', query })).rejects.toThrow(
      code('redirect.invalid'),
    )
  })
})

test('any name, session index and RelayState is refused or read back equal', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
  const binding = fc.constantFrom(...bindingNames)
  await fc.assert(
    fc.asyncProperty(binding, text, text, text, async (by, value, sessionIndex, state) => {
      const relayState = by === 'soap' ? {} : { relayState: state }
      const named = { value, nameQualifier: sessionIndex }
      let built: ReturnType<typeof buildRequest>
      try {
        built = buildRequest(by, { nameId: named, sessionIndexes: [sessionIndex], ...relayState })
      } catch (error) {
        expect(error).toMatchObject({
          code: expect.stringMatching(/^(?:relay-state|write|option)\./),
        })
        return
      }
      expect(await readRequest(requestInput(built))).toMatchObject({
        nameId: named,
        sessionIndexes: [sessionIndex],
        ...relayState,
      })
    }),
    { numRuns: 300 },
  )
})
