/** Whether `process.execve` can be relied on: where it fails, Node aborts with a dump of its stack. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'

const headBytes = 4096
/** Of the kernel's limits the lowest that is usual: 128 KiB for all, of which some is left. */
const mostBytes = 100 * 1024
const mostInterpreters = 4

/**
 * Whether the system will take this file as a program, with these arguments and variables: one for this
 * machine whose loader is there, or a script whose interpreter is. Where it is not certain, false.
 */
export function canReplace(
  file: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
): boolean {
  const texts = [file, ...parameters, ...Object.entries(env).flat()]
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 10, 0)
  return bytes <= mostBytes && isProgram(file, mostInterpreters)
}

function isProgram(file: string, interpreters: number): boolean {
  const head = headOf(file)
  if (head === undefined) return false
  if (head.subarray(0, 2).toString('latin1') === '#!') {
    const interpreter = /^#![ \t]*(\/[^\s\0]{1,200})[ \t\n]/.exec(head.toString('latin1'))?.[1]
    return interpreter !== undefined && interpreters > 0 && isProgram(interpreter, interpreters - 1)
  }
  const own = headOf(process.execPath)
  return own !== undefined && (isElfLike(head, own) || isMachLike(head, own))
}

/** ELF of the same class, byte order and machine (System V ABI, "ELF Header"). */
function isElfLike(head: Buffer, own: Buffer): boolean {
  if (head.toString('latin1', 0, 4) !== '\x7fELF') return false
  const isSame = head.subarray(4, 6).equals(own.subarray(4, 6))
  if (!isSame || !head.subarray(18, 20).equals(own.subarray(18, 20))) return false
  const loader = /\/[\x21-\x7e]{1,200}\.so[\x21-\x7e]{0,20}(?=\0)/.exec(
    head.toString('latin1'),
  )?.[0]
  return loader === undefined || existsSync(loader)
}

/** Mach-O of the same processor, or one for several. */
function isMachLike(head: Buffer, own: Buffer): boolean {
  const magic = head.toString('hex', 0, 4)
  return (
    magic === 'cafebabe' || (magic === 'cffaedfe' && head.subarray(0, 8).equals(own.subarray(0, 8)))
  )
}

function headOf(file: string): Buffer | undefined {
  try {
    const handle = openSync(file, 'r')
    try {
      const head = Buffer.alloc(headBytes)
      return head.subarray(0, readSync(handle, head, 0, headBytes, 0))
    } finally {
      closeSync(handle)
    }
  } catch {
    return undefined
  }
}
