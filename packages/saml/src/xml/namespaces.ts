import { namespaces } from '../names.ts'
import { malformed } from './fail.ts'
import { exceeded } from './limits.ts'
import { type XmlNamespace, xmlNamespace } from './nodes.ts'

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'
const maxUri = 1024

// The URIs of our vocabulary, as the one text with which the readers compare: equal without a look
// at their letters, and not in need of being checked again and again.
const known: ReadonlyMap<string, string> = new Map(Object.values(namespaces).map(uri => [uri, uri]))

/** The namespace bindings in scope, with a log that takes back what an element declared. */
export interface NamespaceScope {
  readonly bindings: Map<string, string>
  readonly replaced: (string | undefined)[]
}

/** The scope of a document: nothing but the prefix `xml`. */
export function documentScope(): NamespaceScope {
  return { bindings: new Map([['xml', xmlNamespace]]), replaced: [] }
}

/** Puts one declaration into the scope; refuses those of R2. `at` is its offset. */
export function declare(scope: NamespaceScope, namespace: XmlNamespace, at: number): void {
  const { prefix } = namespace
  const ours = known.get(namespace.uri)
  const uri = ours ?? namespace.uri
  if (prefix === 'xml' || prefix === 'xmlns' || uri === xmlNamespace || uri === xmlnsNamespace) {
    malformed('reserved namespace', at, 'xml.namespace')
  }
  if (ours === undefined && (uri !== '' || prefix !== '')) refuseUri(uri, at)
  scope.replaced.push(scope.bindings.get(prefix))
  scope.bindings.set(prefix, uri)
}

/** Takes back the declarations of an element that ends. */
export function undeclare(scope: NamespaceScope, namespaces: readonly XmlNamespace[]): void {
  for (let index = namespaces.length - 1; index >= 0; index -= 1) {
    const prefix = namespaces[index]?.prefix ?? ''
    const previous = scope.replaced.pop()
    if (previous === undefined) scope.bindings.delete(prefix)
    else scope.bindings.set(prefix, previous)
  }
}

/** The namespace of a prefix; '' is the default namespace. Refuses a prefix that is not bound. */
export function resolvePrefix(scope: NamespaceScope, prefix: string, at: number): string {
  const uri = scope.bindings.get(prefix)
  if (uri !== undefined) return uri
  if (prefix === '') return ''
  return malformed('declared prefix', at, 'xml.namespace')
}

// R2: canonicalizers disagree on relative and non-ASCII URIs and on those with characters to escape,
// and libxml2 answers an empty text for a document with any URI that RFC 3986 does not allow. So the
// grammar of absolute URIs (section 3) is kept in full, without user info and IP literals.
const character = '(?:[A-Za-z0-9._~!$()*+,;=:@/-]|%[0-9A-Fa-f]{2})'
const hierarchy = `(?:\\/\\/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+(?::[0-9]{1,5})?(?:\\/${character}*)?|(?!\\/\\/)${character}+)`
const more = `(?:${character}|\\?)*`
const absoluteUri = new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*:${hierarchy}(?:\\?${more})?(?:#${more})?$`)

function refuseUri(uri: string, at: number): void {
  if (uri.length > maxUri) exceeded('length of a namespace URI', maxUri)
  if (!absoluteUri.test(uri)) malformed('absolute namespace URI', at, 'xml.namespace')
}
