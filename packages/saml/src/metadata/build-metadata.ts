import { createPublicKey } from 'node:crypto'
import { invalidOption, listOption, objectOption } from '../protocol/check-option.ts'
import { newId } from '../protocol/id.ts'
import type { SigningKey } from '../signature/algorithms.ts'
import { readySigner } from '../signature/octets.ts'
import { runSigning, signatureSteps } from '../signature/sign-output.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { metadataLimits } from '../xml/limits.ts'
import { parseXml } from '../xml/parse.ts'
import { el, type XmlTree } from '../xml/write.ts'
import { canonicalText, extensionsElement, fragment } from './fragment.ts'
import type { MetadataEntity, MetadataGroup } from './model.ts'
import { maxPrefixes } from './prefix-scope.ts'
import { isOtherRole } from './read-entity.ts'
import { contactElements, organizationElement } from './write-people.ts'
import {
  type IdpMetadataOptions,
  idpElement,
  type SpMetadataOptions,
  spElement,
} from './write-role.ts'
import { validityAttributes } from './write-value.ts'

/** The facts of one entity's metadata, such as a `MetadataEntity`; at least one of `idp`, `sp` and `otherRoles`. */
export interface MetadataOptions extends Omit<MetadataEntity, 'idp' | 'sp'> {
  readonly idp?: IdpMetadataOptions
  readonly sp?: SpMetadataOptions
  readonly sign?: SigningKey | undefined
}

/** The facts of several entities' metadata, such as a `MetadataGroup`; a member may be signed by itself too. */
export interface MetadataGroupOptions extends Omit<MetadataGroup, 'members'> {
  readonly members: readonly (MetadataOptions | MetadataGroupOptions)[]
  readonly sign?: SigningKey | undefined
}

/**
 * An EntityDescriptor (saml-metadata 2.3.2) as XML text, with an enveloped signature when `sign` is
 * given. Reading it gives the same facts. Throws `SamlError` `option.invalid`, `write.character`,
 * or an `xml.*` code for a fragment that is not well-formed.
 */
export function buildMetadata(options: MetadataOptions): string {
  return finished(entityElement(options), options.sign)
}

/** An EntitiesDescriptor (saml-metadata 2.3.1) as XML text of at most 10 MiB, like `buildMetadata`. */
export function buildMetadataGroup(options: MetadataGroupOptions): string {
  return finished(groupElement(options, new Set(), 1), options.sign)
}

function entityElement(options: MetadataOptions): XmlTree {
  const {
    entityId,
    idp,
    sp,
    otherRoles = [],
    additionalLocations = [],
    sign,
  } = objectOption('options', options)
  if (entityId.length === 0 || entityId.length > 1024) {
    invalidOption('entityId', '1 to 1024 characters', `${entityId.length}`)
  }
  if (idp === undefined && sp === undefined && otherRoles.length === 0) {
    invalidOption('role', 'idp or sp', 'neither')
  }
  return withSignature(
    el(
      'md:EntityDescriptor',
      { ID: idFor(sign), entityID: entityId, ...validityAttributes(options) },
      extensionsElement(options.extensions),
      idp === undefined ? undefined : idpElement(idp),
      sp === undefined ? undefined : spElement(sp),
      // A second descriptor for SAML 2.0 would leave it to the reader which one counts.
      otherRoles.map(xml => fragment(xml, 'otherRoles', isOtherRole)),
      organizationElement(options.organization),
      contactElements(options.contacts),
      additionalLocations.map(({ namespace, location }) =>
        el('md:AdditionalMetadataLocation', { namespace }, location),
      ),
    ),
    sign,
  )
}

function groupElement(
  options: MetadataGroupOptions,
  entityIds: Set<string>,
  depth: number,
): XmlTree {
  const { name, members, extensions, sign } = objectOption('options', options)
  if (depth > metadataLimits.depth) invalidOption('groups in groups', 'fewer', String(depth))
  if (listOption('members', members).length === 0) invalidOption('members', 'at least one', 'none')
  const elements = members.map(member => {
    if ('members' in member) return groupElement(member, entityIds, depth + 1)
    const { entityId } = member
    if (entityIds.has(entityId)) invalidOption('entityId', 'each once', `${entityId} twice`)
    entityIds.add(entityId)
    return entityElement(member)
  })
  return withSignature(
    el(
      'md:EntitiesDescriptor',
      { ID: idFor(sign), Name: name, ...validityAttributes(options) },
      extensionsElement(extensions),
      elements,
    ),
    sign,
  )
}

function idFor(sign: SigningKey | undefined): string | undefined {
  return sign === undefined ? undefined : newId()
}

/** The element with an enveloped signature, which stands first in it. */
function withSignature(element: XmlTree, sign: SigningKey | undefined): XmlTree {
  const id = element.attributes.find(([name]) => name === 'ID')?.[1]
  if (sign === undefined || id === undefined) return element
  const { text, prefixList } = canonicalText(element)
  if (prefixList.length > maxPrefixes) {
    const expected = `${maxPrefixes} prefixes in values at most`
    invalidOption('fragments of a signed element', expected, String(prefixList.length))
  }
  const signature = runSigning(signatureSteps(id, text, prefixList, sign))
  return Object.freeze({ ...element, children: [signature, ...element.children] })
}

/** The text, after it was read as a stranger will read it. */
function finished(element: XmlTree, sign: SigningKey | undefined): string {
  const { text } = canonicalText(element)
  if (sign === undefined) parseXml(text, metadataLimits)
  else verifySignature(text, createPublicKey(readySigner(sign).key), { limits: metadataLimits })
  return text
}
