import { isHttpUrl } from '../http-url.ts'
import { namespaces } from '../names.ts'
import { flagOption, invalidOption } from '../protocol/check-option.ts'
import { newId } from '../protocol/id.ts'
import { writeTime } from '../protocol/write-time.ts'
import type { SigningKey } from '../signature/algorithms.ts'
import { keyInfo } from '../signature/key-info.ts'
import { signOutput } from '../signature/sign-output.ts'
import { el, writeXml, type XmlOutput } from '../xml/write.ts'
import type { IdpMetadata, MetadataAttribute, SloEndpoint, SpMetadata } from './model.ts'

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>

/** What `buildMetadata` writes of an IdP. */
export type IdpMetadataOptions = Optional<
  IdpMetadata,
  | 'sloEndpoints'
  | 'encryptionCertificates'
  | 'wantAuthnRequestsSigned'
  | 'nameIdFormats'
  | 'attributes'
>

/** What `buildMetadata` writes of an SP. Attributes need a `serviceName`. */
export type SpMetadataOptions = Optional<
  SpMetadata,
  | 'sloEndpoints'
  | 'signingCertificates'
  | 'encryptionCertificates'
  | 'authnRequestsSigned'
  | 'wantAssertionsSigned'
  | 'nameIdFormats'
  | 'attributes'
>

/** The facts of one entity's metadata; at least one of `idp` and `sp`. */
export interface MetadataOptions {
  readonly entityId: string
  readonly validUntil?: Date
  /** Whole seconds for which a reader may keep the document. */
  readonly cacheDurationSeconds?: number
  readonly idp?: IdpMetadataOptions
  readonly sp?: SpMetadataOptions
  readonly sign?: SigningKey | undefined
}

/** An EntityDescriptor (saml-metadata 2.3.2) as XML text, with an enveloped signature when `sign` is given. */
export function buildMetadata(options: MetadataOptions): string {
  const { entityId, validUntil, cacheDurationSeconds, idp, sp, sign } = options
  if (entityId.length === 0 || entityId.length > 1024) {
    invalidOption('entityId', '1 to 1024 characters', `${entityId.length}`)
  }
  if (idp === undefined && sp === undefined) invalidOption('role', 'idp or sp', 'neither')
  const entity = el(
    'md:EntityDescriptor',
    {
      ID: sign === undefined ? undefined : newId(),
      entityID: entityId,
      validUntil: validUntil === undefined ? undefined : writeTime(validUntil),
      cacheDuration:
        cacheDurationSeconds === undefined ? undefined : duration(cacheDurationSeconds),
    },
    idp === undefined ? undefined : idpElement(idp),
    sp === undefined ? undefined : spElement(sp),
  )
  return writeXml(sign === undefined ? entity : signOutput(entity, sign))
}

function idpElement(idp: IdpMetadataOptions): XmlOutput {
  if (idp.ssoEndpoints.length === 0) invalidOption('idp.ssoEndpoints', 'at least one', 'none')
  return el(
    'md:IDPSSODescriptor',
    {
      protocolSupportEnumeration: namespaces.samlp,
      WantAuthnRequestsSigned: flagOption(idp.wantAuthnRequestsSigned),
    },
    keys('signing', idp.signingCertificates),
    keys('encryption', idp.encryptionCertificates),
    slo(idp.sloEndpoints),
    formats(idp.nameIdFormats),
    idp.ssoEndpoints.map(({ binding, location }) =>
      el('md:SingleSignOnService', { Binding: binding, Location: checked(location) }),
    ),
    (idp.attributes ?? []).map(attribute => el('saml:Attribute', attributeNames(attribute))),
  )
}

function spElement(sp: SpMetadataOptions): XmlOutput {
  const { acsEndpoints, attributes = [], serviceName } = sp
  if (acsEndpoints.length === 0) invalidOption('sp.acsEndpoints', 'at least one', 'none')
  if (new Set(acsEndpoints.map(({ index }) => index)).size < acsEndpoints.length) {
    invalidOption('sp.acsEndpoints', 'each index once', 'a repeated index')
  }
  return el(
    'md:SPSSODescriptor',
    {
      protocolSupportEnumeration: namespaces.samlp,
      AuthnRequestsSigned: flagOption(sp.authnRequestsSigned),
      WantAssertionsSigned: flagOption(sp.wantAssertionsSigned),
    },
    keys('signing', sp.signingCertificates),
    keys('encryption', sp.encryptionCertificates),
    slo(sp.sloEndpoints),
    formats(sp.nameIdFormats),
    acsEndpoints.map(({ binding, location, index, isDefault }) =>
      el('md:AssertionConsumerService', {
        Binding: binding,
        Location: checked(location),
        index: unsignedShort(index),
        isDefault: flagOption(isDefault),
      }),
    ),
    attributes.length === 0 && serviceName === undefined
      ? undefined
      : consumingService(serviceName, attributes),
  )
}

function consumingService(
  serviceName: string | undefined,
  attributes: readonly MetadataAttribute[],
): XmlOutput {
  if (serviceName === undefined || attributes.length === 0) {
    return invalidOption('sp.attributes', 'attributes together with a serviceName', 'one of them')
  }
  return el(
    'md:AttributeConsumingService',
    { index: '1' },
    el('md:ServiceName', { 'xml:lang': 'en' }, serviceName),
    attributes.map(attribute =>
      el('md:RequestedAttribute', {
        ...attributeNames(attribute),
        isRequired: flagOption(attribute.isRequired),
      }),
    ),
  )
}

function keys(use: 'signing' | 'encryption', certificates: readonly string[] = []): XmlOutput[] {
  return certificates.map(pem => el('md:KeyDescriptor', { use }, keyInfo(pem)))
}

function slo(endpoints: readonly SloEndpoint[] = []): XmlOutput[] {
  return endpoints.map(({ binding, location, responseLocation }) =>
    el('md:SingleLogoutService', {
      Binding: binding,
      Location: checked(location),
      ResponseLocation: responseLocation === undefined ? undefined : checked(responseLocation),
    }),
  )
}

function formats(nameIdFormats: readonly string[] = []): XmlOutput[] {
  return nameIdFormats.map(format => el('md:NameIDFormat', {}, format))
}

function attributeNames({ name, nameFormat, friendlyName }: MetadataAttribute) {
  return { Name: name, NameFormat: nameFormat, FriendlyName: friendlyName }
}

function checked(location: string): string {
  return isHttpUrl(location)
    ? location
    : invalidOption('location', 'an http or https URL', location)
}

function unsignedShort(index: number): string {
  const fits = Number.isInteger(index) && index >= 0 && index <= 65_535
  return fits ? String(index) : invalidOption('index', '0 to 65535', String(index))
}

function duration(seconds: number): string {
  const fits = Number.isSafeInteger(seconds) && seconds >= 0
  return fits
    ? `PT${seconds}S`
    : invalidOption('cacheDurationSeconds', 'whole seconds', String(seconds))
}
