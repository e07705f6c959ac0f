import { defined } from '../defined.ts'
import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import {
  allowOption,
  dateOption,
  invalidOption,
  listOption,
  objectOption,
} from '../protocol/check-option.ts'
import type { KeyInput, WeakAlgorithm } from '../signature/algorithms.ts'
import { metadataLimits } from '../xml/limits.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { attribute, elementsOf, isNamed } from '../xml/read.ts'
import { type Believe, believing, type SignedParts } from './believe.ts'
import { type FragmentBudget, fragmentBudget, readExtensions } from './fragment.ts'
import { malformed } from './malformed.ts'
import type { MetadataEntity, MetadataGroup, Validity } from './model.ts'
import { readEntity } from './read-entity.ts'
import { validityOf } from './read-value.ts'
import { isOver, narrowed } from './validity.ts'

/** What `readMetadata` checks the document against. */
export interface ReadMetadataOptions {
  /** Leaves out what is past its validUntil, and refuses a document with nothing left. */
  readonly now?: Date
  /**
   * Pinned keys of the publisher: the root must be signed by one of them, and only what is signed
   * is read. Without keys a signature in the document means nothing and is not looked at.
   */
  readonly signingKeys?: readonly KeyInput[]
  /**
   * `members`: an EntitiesDescriptor may be unsigned when each of its members is signed. Its Name
   * and Extensions are then not read, and who sends the document decides which members it has.
   * Default `root`.
   */
  readonly signed?: SignedParts
  /** Weak algorithms that count for this publisher all the same. */
  readonly allow?: readonly WeakAlgorithm[]
}

/** What a metadata document describes. */
export interface Metadata {
  /** All entities, those in groups too, in document order. */
  readonly entities: readonly MetadataEntity[]
  /** The same as the groups that they are in, when the root is an EntitiesDescriptor. */
  readonly group?: MetadataGroup
}

interface Reading {
  readonly now: Date | undefined
  readonly believe: Believe | undefined
  readonly budget: FragmentBudget
  /** What was read, by entity ID. */
  readonly entities: Map<string, MetadataEntity>
}

/**
 * Reads a metadata document of at most 10 MiB (saml-metadata 2.3): one EntityDescriptor, or an
 * EntitiesDescriptor with groups in groups. An endpoint that is no http or https URL and a
 * certificate that cannot be read are passed over: one entity must not make a federation
 * unreadable, and may be left without endpoints or keys. An entity ID that occurs twice refuses the
 * document, because a reader would choose by chance.
 * Throws `SamlError` with a `metadata.*`, `xml.*`, `signature.*` or `base64.invalid` code.
 */
export function readMetadata(
  text: string | Uint8Array,
  options: ReadMetadataOptions = {},
): Metadata {
  const { now, signingKeys, signed, allow } = objectOption('options', options)
  if (now !== undefined) dateOption('now', now)
  if (signed !== undefined && signed !== 'root' && signed !== 'members') {
    invalidOption('signed', 'root or members', String(signed))
  }
  if (signed !== undefined && signingKeys === undefined) {
    invalidOption('signingKeys', 'keys to verify with', 'none')
  }
  const document = parseXml(text, metadataLimits)
  const believe =
    signingKeys === undefined
      ? undefined
      : believing(
          document,
          { keys: listOption('signingKeys', signingKeys), allowed: allowOption(allow) },
          signed ?? 'root',
        )
  const reading: Reading = { now, believe, budget: fragmentBudget(), entities: new Map() }
  const member = readMember(reading, document.root, {}, believe === undefined)
  if (member === undefined) {
    throw new SamlError('metadata.expired', {
      check: 'validUntil',
      ...(now === undefined ? {} : { expected: `after ${now.toISOString()}` }),
      received: 'no entity that is valid',
    })
  }
  return defined({
    entities: Object.freeze([...reading.entities.values()]),
    group: 'members' in member ? member : undefined,
  })
}

/** Reads an entity or group; undefined when nothing in it is valid. The depth is bounded by the parser. */
function readMember(
  reading: Reading,
  received: XmlElement,
  inherited: Validity,
  isBelieved: boolean,
): MetadataEntity | MetadataGroup | undefined {
  const believed = isBelieved ? received : reading.believe?.(received)
  const element = believed ?? received
  const validity = narrowed(validityOf(element), inherited)
  if (isOver(validity, reading.now)) return undefined
  if (isNamed(element, namespaces.md, 'EntityDescriptor')) {
    const entity = readEntity(element, validity, reading.now, reading.budget)
    const { entityId } = entity
    if (reading.entities.has(entityId)) malformed('entityID', 'each once', `${entityId} twice`)
    reading.entities.set(entityId, entity)
    return entity
  }
  if (!isNamed(element, namespaces.md, 'EntitiesDescriptor')) {
    return malformed('root element', 'md:EntityDescriptor or md:EntitiesDescriptor', element.local)
  }
  const isSigned = believed !== undefined
  const members = elementsOf(element)
    .filter(isMember)
    .flatMap(each => readMember(reading, each, validity, isSigned) ?? [])
  if (members.length === 0) return undefined
  return defined({
    name: isSigned ? attribute(element, 'Name') : undefined,
    ...validity,
    extensions: isSigned ? readExtensions(element, reading.budget) : undefined,
    members: Object.freeze(members),
  })
}

function isMember(element: XmlElement): boolean {
  return (
    isNamed(element, namespaces.md, 'EntityDescriptor') ||
    isNamed(element, namespaces.md, 'EntitiesDescriptor')
  )
}
