import { defined } from '../defined.ts'
import { SamlError } from '../errors.ts'
import { namespaces } from '../names.ts'
import { dateOption, objectOption } from '../protocol/check-option.ts'
import { readTime } from '../protocol/read-time.ts'
import type { KeyInput } from '../signature/algorithms.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { metadataLimits } from '../xml/limits.ts'
import type { XmlElement } from '../xml/nodes.ts'
import { parseXml } from '../xml/parse.ts'
import { attribute, children, elementsOf, isNamed } from '../xml/read.ts'
import { readDuration } from './duration.ts'
import { malformed } from './malformed.ts'
import type { MetadataEntity } from './model.ts'
import { readIdpRole, readSpRole } from './read-role.ts'

/** What `readMetadata` checks the document against. */
export interface ReadMetadataOptions {
  /** Leaves out what is past its validUntil, and refuses a document with nothing left. */
  readonly now?: Date
  /**
   * Pinned keys of the publisher: the root must be signed by one of them, and only what is signed
   * is read. Without keys a signature in the document means nothing and is not looked at.
   */
  readonly signingKeys?: readonly KeyInput[]
}

/** The entities of a metadata document, in document order. */
export interface Metadata {
  readonly entities: readonly MetadataEntity[]
}

/** How long an element is good, which it hands down to the elements in it. */
interface Validity {
  readonly validUntil: Date | undefined
  readonly cacheDurationSeconds: number | undefined
}

const unlimited: Validity = { validUntil: undefined, cacheDurationSeconds: undefined }

/**
 * Reads a metadata document of at most 10 MiB (saml-metadata 2.3): one EntityDescriptor, or an
 * EntitiesDescriptor with groups in groups. Of each entity the SAML 2.0 IdP and SP roles are read;
 * other roles, organizations, contacts and extensions are passed over, and so is an endpoint that
 * is no http or https URL and a certificate that cannot be read: one entity must not make a federation
 * unreadable, and may be left without endpoints or keys. An entity ID that occurs twice refuses the
 * document, because a reader would choose by chance.
 */
export function readMetadata(
  text: string | Uint8Array,
  options: ReadMetadataOptions = {},
): Metadata {
  const { now, signingKeys } = objectOption('options', options)
  if (now !== undefined) dateOption('now', now)
  const entities = collect(trustedRoot(text, signingKeys), now)
  if (entities.length === 0) {
    throw new SamlError('metadata.expired', {
      check: 'validUntil',
      ...(now === undefined ? {} : { expected: `after ${now.toISOString()}` }),
      received: 'no entity that is valid',
    })
  }
  const ids = new Set<string>()
  for (const { entityId } of entities) {
    if (ids.has(entityId)) malformed('entityID', 'each once', `${entityId} twice`)
    ids.add(entityId)
  }
  return Object.freeze({ entities: Object.freeze(entities) })
}

function trustedRoot(
  text: string | Uint8Array,
  signingKeys: readonly KeyInput[] | undefined,
): XmlElement {
  const { root } = parseXml(text, metadataLimits)
  if (signingKeys === undefined) return root
  if (children(root, namespaces.ds, 'Signature').length === 0) {
    throw new SamlError('metadata.signature', {
      check: 'ds:Signature of the root element',
      expected: 'a signed document',
      received: 'an unsigned one',
    })
  }
  const verified = verifySignature(text, signingKeys, { limits: metadataLimits })
  // Canonical form may be longer than the document, which had its own bound.
  return parseXml(verified, { ...metadataLimits, bytes: 4 * metadataLimits.bytes }).root
}

function collect(root: XmlElement, now: Date | undefined): MetadataEntity[] {
  const entities: MetadataEntity[] = []
  const pending = [{ element: root, inherited: unlimited }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { element, inherited } = next
    const validity = narrowed(element, inherited)
    if (isOver(validity, now)) continue
    if (isNamed(element, namespaces.md, 'EntityDescriptor')) {
      entities.push(entityOf(element, validity, now))
    } else if (isNamed(element, namespaces.md, 'EntitiesDescriptor')) {
      const members = elementsOf(element).filter(
        each =>
          isNamed(each, namespaces.md, 'EntityDescriptor') ||
          isNamed(each, namespaces.md, 'EntitiesDescriptor'),
      )
      // A stack gives the last first: reversed, the entities come in document order.
      for (const member of members.reverse()) pending.push({ element: member, inherited: validity })
    } else {
      malformed('root element', 'md:EntityDescriptor or md:EntitiesDescriptor', element.local)
    }
  }
  return entities
}

function narrowed(element: XmlElement, inherited: Validity): Validity {
  const until = attribute(element, 'validUntil')
  const cache = attribute(element, 'cacheDuration')
  const own = until === undefined ? undefined : readTime(until, 'validUntil')
  const seconds = cache === undefined ? undefined : readDuration(cache)
  return {
    validUntil: earlier(own, inherited.validUntil),
    cacheDurationSeconds: earlier(seconds, inherited.cacheDurationSeconds),
  }
}

function earlier<T extends Date | number>(own: T | undefined, other: T | undefined): T | undefined {
  if (own === undefined) return other
  return other === undefined || own <= other ? own : other
}

function isOver({ validUntil }: Validity, now: Date | undefined): boolean {
  return now !== undefined && validUntil !== undefined && validUntil <= now
}

function entityOf(element: XmlElement, inherited: Validity, now: Date | undefined): MetadataEntity {
  const entityId = attribute(element, 'entityID') ?? ''
  if (entityId.length === 0 || entityId.length > 1024) {
    malformed('entityID', '1 to 1024 characters', `${entityId.length}`)
  }
  const idp = roleOf(element, 'IDPSSODescriptor', now)
  const sp = roleOf(element, 'SPSSODescriptor', now)
  // Who keeps the entity keeps its roles: it is good for no longer than they are.
  const validity = [idp, sp].reduce(
    (until, role) => (role === undefined ? until : narrowed(role, until)),
    inherited,
  )
  return defined({ entityId, ...validity, idp: readIdpRole(idp), sp: readSpRole(sp) })
}

/**
 * The descriptor of a role for SAML 2.0; one that speaks only other protocols, or is past its own
 * validUntil, does not count.
 */
function roleOf(entity: XmlElement, local: string, now: Date | undefined): XmlElement | undefined {
  const [first, second] = children(entity, namespaces.md, local).filter(
    role =>
      (attribute(role, 'protocolSupportEnumeration') ?? '')
        .split(/[\t\n\r ]+/)
        .includes(namespaces.samlp) && !isOver(narrowed(role, unlimited), now),
  )
  if (second !== undefined) malformed(local, 'one for SAML 2.0', 'several')
  return first
}
