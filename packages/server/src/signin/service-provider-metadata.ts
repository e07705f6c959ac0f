/** Our metadata towards one provider: what its administrator imports. */
import { bindings, buildMetadata } from '@rolecall/saml'
import type { SamlKeyPair } from '../config/config.ts'
import { canDecrypt } from '../config/index.ts'
import { signsRequests } from './our-saml-keys.ts'
import type { SamlProvider } from './saml-provider.ts'

const sloBindings = [bindings.redirect, bindings.post, bindings.soap]

/** All keys in the order of the file, so that the next one is known before it is used. */
export function serviceProviderMetadata(
  provider: SamlProvider,
  keys: readonly SamlKeyPair[],
): string {
  const { config } = provider
  return buildMetadata({
    entityId: config.spEntityId,
    sp: {
      acsEndpoints: [
        { binding: bindings.post, location: config.acsUrl, index: 0, isDefault: true },
      ],
      // Our answers are signed: without a key there would be none.
      sloEndpoints:
        keys.length === 0 ? [] : sloBindings.map(binding => ({ binding, location: config.sloUrl })),
      signingCertificates: keys.map(({ certificate }) => certificate),
      encryptionCertificates: keys.filter(canDecrypt).map(({ certificate }) => certificate),
      authnRequestsSigned: keys.length > 0 && signsRequests(config, provider.known()?.facts),
      wantAssertionsSigned: true,
    },
  })
}
