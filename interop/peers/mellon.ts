/** mod_auth_mellon, a service provider made of lasso and libxmlsec, in an Apache of its own. */
import { createVisitor } from '@rolecall/simulator'
import type { IdentityProvider } from '../idp/identity-provider.ts'
import type { ServiceProvider } from '../idp/service-provider.ts'
import type { Lifetime } from '../lifetime.ts'
import { readFacts, startApache } from './apache.ts'
import { makeKeyPair } from './key-pair.ts'

/** Starts it with our identity provider as its only one. */
export async function startMellon(
  lifetime: Lifetime,
  idp: IdentityProvider,
  attributes: readonly string[],
): Promise<ServiceProvider> {
  const folder = lifetime.folder('mellon')
  const pair = makeKeyPair(folder, 'mellon')
  const { origin, log } = await startApache(lifetime, {
    folder,
    module: 'auth_mellon_module modules/mod_auth_mellon.so',
    configuration: `
<Location />
  MellonEnable info
  MellonEndpointPath /mellon
  MellonSPentityId https://mellon.example/sp
  MellonSPPrivateKeyFile ${pair.keyFile}
  MellonSPCertFile ${pair.certificateFile}
  MellonIdPMetadataFile ${idp.metadataFile}
  MellonSignatureMethod rsa-sha256
  MellonEnvVarsSetCount On
  MellonSecureCookie Off
  MellonCookieSameSite None
</Location>
<Location /facts>
  AuthType Mellon
  MellonEnable auth
  Require valid-user
</Location>
`,
  })
  const metadata = (await createVisitor().get(`${origin}/mellon/metadata`)).body
  return {
    name: 'mod_auth_mellon',
    metadata,
    async begin(visitor) {
      const login = (await visitor.get(`${origin}/facts`)).location ?? ''
      return (await visitor.get(login)).location ?? ''
    },
    async finish(visitor, form) {
      const logged = log().length
      const answer = await visitor.post(form.action, form.fields)
      if (answer.location === undefined) {
        return { refused: `${answer.body}\n${log().slice(logged)}` }
      }
      const facts = readFacts(await visitor.get(answer.location))
      return {
        facts: {
          nameId: facts.get('MELLON_NAME_ID') ?? '',
          attributes: Object.fromEntries(
            attributes.map(name => [name, valuesOf(facts, `MELLON_${name}`)]),
          ),
        },
      }
    },
    logout: {
      begin: async visitor => {
        const url = `${origin}/mellon/logout?ReturnTo=${encodeURIComponent(`${origin}/`)}`
        return (await visitor.get(url)).location ?? ''
      },
      isSignedIn: async visitor => (await visitor.get(`${origin}/facts`)).status === 200,
    },
  }
}

function valuesOf(facts: ReadonlyMap<string, string>, name: string): string[] {
  const count = Number(facts.get(`${name}_N`) ?? 0)
  return Array.from({ length: count }, (_, index) => plain(facts.get(`${name}_${index}`) ?? ''))
}

/** It hands on the XML text of a value, with the characters that XML escapes still escaped. */
function plain(xml: string): string {
  return xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
