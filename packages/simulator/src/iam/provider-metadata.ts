import { X509Certificate } from 'node:crypto'
import { type MetadataEntity, readMetadata } from '@rolecall/saml'
import { SimulatorError } from '../errors.ts'
import { Fault } from '../query/fault.ts'

/** IAM quotas: identity providers, and keys of them, in one document. */
const maxEntities = 10
const maxKeys = 10
const minKeyBits = 1024

/** The metadata of a provider of the world. Throws `SimulatorError` `world_invalid`. */
export function readProviderMetadata(xml: string, arn: string): readonly MetadataEntity[] {
  try {
    return readMetadata(xml).entities
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new SimulatorError('world_invalid', `metadata of ${arn}: ${why}`, { cause })
  }
}

/**
 * The metadata of a provider that a call to IAM brings, within IAM's bounds (IAM guide, "Create a SAML identity
 * provider in IAM"). That it or its certificates have expired does not matter to IAM. Throws `Fault`.
 */
export function readUploadedMetadata(xml: string): readonly MetadataEntity[] {
  if (xml.startsWith('\u{FEFF}'))
    throw invalidInput('Could not parse metadata: it begins with a BOM')
  const entities = entitiesOf(xml)
  const keys = entities.flatMap(({ idp }) => idp?.signingCertificates ?? [])
  if (!entities.every(({ idp }) => idp !== undefined && idp.ssoEndpoints.length > 0)) {
    throw invalidInput('Could not parse metadata: an entity is not an identity provider')
  }
  if (keys.length === 0) throw invalidInput('Could not parse metadata: it has no signing key')
  if (!keys.every(key => bitsOf(key) >= minKeyBits)) {
    throw invalidInput(`Could not parse metadata: a key has less than ${minKeyBits} bits`)
  }
  if (entities.length > maxEntities || keys.length > maxKeys) {
    const message = `Cannot exceed quota for IdPsPerSAMLProvider: ${maxEntities}, or KeysPerSAMLProvider: ${maxKeys}`
    throw new Fault(409, 'LimitExceeded', message)
  }
  return entities
}

/** 400 InvalidInput. */
export const invalidInput = (message: string): Fault => new Fault(400, 'InvalidInput', message)

function entitiesOf(xml: string): readonly MetadataEntity[] {
  try {
    return readMetadata(xml).entities
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw invalidInput(`Could not parse metadata: ${why}`)
  }
}

function bitsOf(certificate: string): number {
  try {
    const { publicKey } = new X509Certificate(certificate)
    // Elliptic curves have no modulus; none that Node reads is weaker.
    return publicKey.asymmetricKeyDetails?.modulusLength ?? minKeyBits
  } catch {
    return 0
  }
}
