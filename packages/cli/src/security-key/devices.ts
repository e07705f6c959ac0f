import { printable, type Terminal } from '../terminal.ts'
import { runTool } from './run-tool.ts'

/** A key that is plugged in. */
export interface KeyDevice {
  /** As the tools take it: `/dev/hidraw5`, `windows://hello`. */
  readonly path: string
  /** For people. */
  readonly name: string
}

/** What a key can do to know its owner (CTAP 2.1, 6.4). */
export interface KeyOptions {
  readonly hasPin: boolean
  /** A fingerprint or the like that is set up. */
  readonly hasBuiltIn: boolean
}

const quickMs = 10_000
const maxDevices = 16

/** `fido2-token -L`: the keys that are plugged in; undefined when the tool is not installed. */
export async function listDevices(env: Terminal['env']): Promise<readonly KeyDevice[] | undefined> {
  const result = await runTool('fido2-token', ['-L'], { env, timeoutMs: quickMs })
  if (result === undefined) return undefined
  return result.stdout.split('\n').slice(0, maxDevices).flatMap(deviceOf)
}

/** `path: vendor=0x1050, product=0x0407 (Yubico YubiKey OTP+FIDO+CCID)`; on macOS the path has colons. */
function deviceOf(line: string): readonly KeyDevice[] {
  const [, path, name = ''] =
    /^(\S.*): vendor=0x[0-9a-f]+, product=0x[0-9a-f]+ \((.*)\)/i.exec(line) ?? []
  // What begins with a hyphen would be an option.
  if (path === undefined || path.startsWith('-')) return []
  return [{ path, name: printable(name.trim()) || path }]
}

/** `fido2-token -I`: U2F keys of the time before CTAP2 have no options. */
export async function optionsOf(env: Terminal['env'], path: string): Promise<KeyOptions> {
  const result = await runTool('fido2-token', ['-I', path], { env, timeoutMs: quickMs })
  const line = /^options: (.*)$/m.exec(result?.stdout ?? '')?.[1] ?? ''
  const options = new Set(line.split(',').map(each => each.trim()))
  return { hasPin: options.has('clientPin'), hasBuiltIn: options.has('uv') }
}
