/** XML with another octet in its last ciphertext, for a value that nobody can see. */
export function changeCiphertext(xml: string): string {
  const at = xml.lastIndexOf('CipherValue>') - 60
  return `${xml.slice(0, at)}${xml[at] === 'A' ? 'B' : 'A'}${xml.slice(at + 1)}`
}
