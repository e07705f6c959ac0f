/** The new file while it is written, and the files beside it. */
import { Document, isMap, isNode, isPair, isScalar, isSeq, visit } from 'yaml'

/** A file to write beside the new one. */
export interface OutputFile {
  /** Relative to the new file's directory. */
  readonly name: string
  readonly text: string
  /** Only its owner may read it. */
  readonly isSecret: boolean
}

/** How secrets of the old files reach the new one. */
export type SecretForm = 'file' | 'env'

/** Where a secret of the new file is. */
export type SecretReference = { readonly file: string } | { readonly env: string }

type Path = readonly (string | number)[]

/** The new file, key by key in the order in which they are set. */
export interface Draft {
  set(path: Path, value: unknown, comment?: string): void
  /** Appends to a list. */
  add(path: Path, value: unknown, comment?: string): void
  has(path: Path): boolean
  /** The plain value at the path. */
  get(path: Path): unknown
  /** Keeps a secret out of the file; `name` has lower-case letters and dashes. */
  secret(name: string, value: string): SecretReference
  /** Whether the secret of this name is there and has this value. */
  isSecret(name: string, value: string): boolean
  /** A further file; its name relative to the new one. */
  file(name: string, text: string): string
  render(head: readonly string[]): string
  readonly files: readonly OutputFile[]
  /** Variables that must be set for the gateway. */
  readonly variables: readonly string[]
}

/** An empty draft. `base` begins the names of the files beside it. */
export function createDraft(base: string, form: SecretForm): Draft {
  const document = new Document({})
  const files: OutputFile[] = []
  const variables: string[] = []
  const secrets = new Map<string, string>()
  const comments: { readonly path: Path; readonly text: string }[] = []
  const set: Draft['set'] = (path, value, comment) => {
    document.setIn(path, document.createNode(value))
    if (comment !== undefined) comments.push({ path, text: comment })
  }
  return {
    set,
    add(path, value, comment) {
      const list = document.getIn(path)
      const at = isSeq(list) ? list.items.length : 0
      if (at === 0) document.setIn(path, document.createNode([]))
      set([...path, at], value, comment)
    },
    has: path => document.hasIn(path),
    get(path) {
      const found = document.getIn(path)
      return isNode(found) ? found.toJS(document) : found
    },
    isSecret: (name, value) => secrets.get(name) === value,
    secret(name, value) {
      secrets.set(name, value)
      if (form === 'env') {
        const variable = `ROLECALL_${name.replaceAll('-', '_').toUpperCase()}`
        variables.push(variable)
        return { env: variable }
      }
      const file = `${base}.${name}.secret`
      files.push({ name: file, text: `${value}\n`, isSecret: true })
      return { file }
    },
    file(name, text) {
      const file = `${base}.${name}`
      files.push({ name: file, text, isSecret: false })
      return file
    },
    render(head) {
      // Made anew from plain data: then every key is a node that a comment can stand above.
      const data = document.toJS()
      const whole = new Document(
        Object.fromEntries(Object.entries(data).sort(([a], [b]) => rank(a) - rank(b))),
      )
      for (const { path, text } of comments) comment(whole, path, text)
      layOut(whole)
      whole.commentBefore = head.map(line => (line === '' ? '' : ` ${line}`)).join('\n')
      return whole.toString({ lineWidth: 0, flowCollectionPadding: false })
    },
    files,
    variables,
  }
}

/** Sections in the order of the documentation. */
const order = [
  ...['publicUrl', 'listen', 'store', 'signIn', 'aws', 'accounts'],
  ...['grants', 'targets', 'federationApi'],
]

const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length)

/** Above the last key of the path, or the item. Lines of other origin stay one comment each. */
function comment(document: Document, path: Path, text: string): void {
  const above = text
    .split('\n')
    .map(line => ` ${line.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')}`)
    .join('\n')
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const last = path.at(-1)
  if (isMap(parent)) {
    const pair = parent.items.find(item => isScalar(item.key) && item.key.value === last)
    if (isScalar(pair?.key)) pair.key.commentBefore = above
  } else if (isSeq(parent) && typeof last === 'number') {
    const item = parent.items[last]
    if (isNode(item)) item.commentBefore = above
  }
}

/** Short lists and maps on one line, a blank line between the sections. */
function layOut(document: Document): void {
  visit(document, {
    Collection(_key, node) {
      const parts = node.items.flatMap(item => (isPair(item) ? [item.key, item.value] : [item]))
      const isPlain = parts.every(part => isScalar(part) && part.commentBefore === undefined)
      const length = parts.reduce(
        (sum: number, part) => sum + (isScalar(part) ? String(part.value).length + 4 : 0),
        0,
      )
      if (isPlain && length < 70) node.flow = true
    },
  })
  if (!isMap(document.contents)) return
  document.contents.flow = false
  for (const [index, { key, value }] of document.contents.items.entries()) {
    if (index > 0 && isScalar(key)) key.spaceBefore = true
    // A section, and each thing that it holds, begins a line.
    if (isMap(value) && !isScalar(value.items[0]?.value)) value.flow = false
    if (isSeq(value)) value.flow = false
  }
}
