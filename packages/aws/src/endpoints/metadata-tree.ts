/** Leaves by their path, without slashes at the ends. */
export type MetadataTree = ReadonlyMap<string, string>

/**
 * What a path of the tree shows: a leaf's text, or the names below a directory, one a line, directories
 * with a slash at the end (EC2 User Guide, "Access instance metadata"). A slash at the end of a directory
 * may be left out; a leaf has none.
 */
export function readTree(tree: MetadataTree, path: string): string | undefined {
  const leaf = tree.get(path)
  if (leaf !== undefined) return leaf
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`
  const names = new Set<string>()
  for (const leafPath of tree.keys()) {
    if (!leafPath.startsWith(prefix)) continue
    const [name = '', ...below] = leafPath.slice(prefix.length).split('/')
    if (name !== '') names.add(below.length > 0 ? `${name}/` : name)
  }
  return names.size === 0 ? undefined : [...names].sort().join('\n')
}
