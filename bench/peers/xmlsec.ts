import { spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { installDebianPackages } from '../../scripts/debian.ts'
import { MissingPeer, type Side } from '../row.ts'
import { certificate, facts, roleAttribute, tamper } from '../saml/documents.ts'

const program = fileURLToPath(new URL('verify_xmlsec.py', import.meta.url))
const python = '/usr/bin/python3'
const debianPackage = 'python3-xmlsec'

/** libxmlsec1 in a process of its own, which refused a tampered document before. */
export interface Xmlsec {
  readonly facts: string
  readonly side: Side
  readonly end: () => void
}

/**
 * libxmlsec1 through Debian's python3-xmlsec: it parses the XML and verifies its signature, nothing
 * more. Throws `MissingPeer` where that package is not there and cannot be installed.
 */
export async function xmlsec(xml: string): Promise<Xmlsec> {
  if (!installDebianPackages([debianPackage])) {
    throw new MissingPeer(`needs the Debian package ${debianPackage}`)
  }
  const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  // A program that ended is told by the answer that does not come.
  child.stdin.on('error', () => {})
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`)
    const { done, value } = await answers.next()
    if (done === true) throw new Error('verify_xmlsec.py ended')
    return JSON.parse(value)
  }
  const key = createPublicKey(certificate).export({ type: 'spki', format: 'pem' })
  const read = await ask(JSON.stringify({ xml, tampered: tamper(xml), key, roleAttribute }))
  if (!Array.isArray(read)) throw new Error('verify_xmlsec.py answers something else')
  const [name, ...roles] = read.map(String)
  return {
    facts: facts(name, roles),
    side: async (seconds, clock) => Number(await ask(JSON.stringify({ seconds, clock }))),
    end: () => child.kill(),
  }
}
