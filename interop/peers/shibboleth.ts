/** Shibboleth's service provider: mod_shib in an Apache of its own, and its daemon shibd. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createVisitor } from '@rolecall/simulator'
import type { IdentityProvider } from '../idp/identity-provider.ts'
import type { ServiceProvider } from '../idp/service-provider.ts'
import type { Lifetime } from '../lifetime.ts'
import { readFacts, startApache } from './apache.ts'
import { makeKeyPair } from './key-pair.ts'

const entityId = 'https://shibboleth.example/sp'

/** Starts it with our identity provider as its only one. */
export async function startShibboleth(
  lifetime: Lifetime,
  idp: IdentityProvider,
  attributes: readonly string[],
): Promise<ServiceProvider> {
  const folder = lifetime.folder('shibboleth')
  const configuration = join(folder, 'shibboleth2.xml')
  const socket = join(folder, 'shibd.sock')
  makeKeyPair(folder, 'signing')
  makeKeyPair(folder, 'encryption')
  for (const [name, text] of Object.entries({
    'shibboleth2.xml': sp(folder, socket, idp),
    'attribute-map.xml': attributeMap(attributes),
    'shibd.logger': logger('INFO'),
    'native.logger': logger('WARN'),
  })) {
    writeFileSync(join(folder, name), text)
  }
  const shibd = lifetime.daemon('/usr/sbin/shibd', [
    ...['-F', '-f', '-c', configuration, '-p', join(folder, 'shibd.pid'), '-w', '30'],
  ])
  await shibd.ready(() => existsSync(socket))
  const { origin } = await startApache(lifetime, {
    folder,
    module: 'mod_shib modules/mod_shib.so',
    configuration: `
ShibConfig ${configuration}
ShibCompatValidUser On
<Location /facts>
  AuthType shibboleth
  ShibRequestSetting requireSession 1
  Require shib-session
</Location>
`,
  })
  const metadata = (await createVisitor().get(`${origin}/Shibboleth.sso/Metadata`)).body
  return {
    name: 'Shibboleth',
    metadata,
    async begin(visitor) {
      return (await visitor.get(`${origin}/facts`)).location ?? ''
    },
    async finish(visitor, form) {
      const logged = shibd.output().length
      const answer = await visitor.post(form.action, form.fields)
      if (answer.location === undefined) {
        return { refused: `${answer.body}\n${shibd.output().slice(logged)}` }
      }
      const facts = readFacts(await visitor.get(answer.location))
      return {
        facts: {
          nameId: facts.get('nameId') ?? '',
          attributes: Object.fromEntries(
            attributes.map(name => [name, valuesOf(facts.get(name) ?? '')]),
          ),
        },
      }
    },
    logout: {
      begin: async visitor => (await visitor.get(`${origin}/Shibboleth.sso/Logout`)).location ?? '',
      isSignedIn: async visitor => (await visitor.get(`${origin}/facts`)).status === 200,
    },
  }
}

/** mod_shib joins values by semicolons, and puts a backslash before those of a value. */
function valuesOf(joined: string): string[] {
  return joined.split(/(?<!\\);/).map(value => value.replaceAll('\\;', ';'))
}

function sp(folder: string, socket: string, idp: IdentityProvider): string {
  return `<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="60">
  <OutOfProcess logger="${folder}/shibd.logger"/>
  <InProcess logger="${folder}/native.logger"/>
  <UnixListener address="${socket}"/>
  <ApplicationDefaults entityID="${entityId}" REMOTE_USER="nameId" signing="true">
    <Sessions lifetime="600" timeout="600" relayState="ss:mem" checkAddress="false"
        handlerSSL="false" cookieProps="http" redirectLimit="exact">
      <SSO entityID="${idp.entityId}">SAML2</SSO>
      <Logout>SAML2 Local</Logout>
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
    </Sessions>
    <MetadataProvider type="XML" path="${idp.metadataFile}"/>
    <AttributeExtractor type="XML" path="${folder}/attribute-map.xml"/>
    <CredentialResolver type="File" use="signing"
        key="${folder}/signing.key" certificate="${folder}/signing.crt"/>
    <CredentialResolver type="File" use="encryption"
        key="${folder}/encryption.key" certificate="${folder}/encryption.crt"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" path="/etc/shibboleth/security-policy.xml"/>
  <ProtocolProvider type="XML" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
`
}

function attributeMap(names: readonly string[]): string {
  const basic = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic'
  return `<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Attribute name="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified" id="nameId">
    <AttributeDecoder xsi:type="NameIDAttributeDecoder" formatter="$Name"/>
  </Attribute>
  ${names.map(name => `<Attribute name="${name}" nameFormat="${basic}" id="${name}"/>`).join('\n  ')}
</Attributes>
`
}

function logger(level: string): string {
  return `log4j.rootCategory=${level}, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%p %c: %m%n
`
}
