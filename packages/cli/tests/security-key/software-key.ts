/**
 * Keys in software that speak the command line of libfido2's tools, after their manual pages and as far as
 * signing in needs it: `fido2-token -L`, `fido2-token -I`, `fido2-assert -G`. They really sign, with ES256.
 * Called as `node software-key.ts STATE TOOL ARGUMENTS…`; STATE is a file of `SoftwareKey`s as JSON.
 */
import { createHash, createPrivateKey, sign } from 'node:crypto'
import { appendFileSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs'

export interface SoftwareKey {
  readonly path: string
  readonly name: string
  /** A U2F key has no options and no PIN. */
  readonly isU2f?: boolean
  readonly pin?: string
  readonly hasFingerprint?: boolean
  /** Tells of its credentials to who knows the PIN only. */
  readonly isProtected?: boolean
  readonly isTouched?: boolean
  counter: number
  readonly credentials: readonly {
    /** base64. */
    readonly id: string
    readonly rpId: string
    /** PEM. */
    readonly privateKey: string
  }[]
}

function main([stateFile = '', tool = '', ...args]: readonly string[]): void {
  const keys: SoftwareKey[] = JSON.parse(readFileSync(stateFile, 'utf8'))
  appendFileSync(`${stateFile}.log`, `${JSON.stringify({ tool, args, env: process.env })}\n`)
  if (tool === 'fido2-token' && args[0] === '-L') {
    for (const { path, name } of keys) {
      process.stdout.write(`${path}: vendor=0x1050, product=0x0407 (${name})\n`)
    }
    return
  }
  const key = keys.find(({ path }) => path === args.at(-1))
  if (key === undefined) fail(tool, `fido_dev_open ${args.at(-1)}: FIDO_ERR_INTERNAL`)
  if (tool === 'fido2-token' && args[0] === '-I') information(key)
  else if (tool === 'fido2-assert' && args[0] === '-G') assertion(key, args)
  else fail(tool, 'usage')
  writeFileSync(stateFile, JSON.stringify(keys))
}

function information({ isU2f, pin, hasFingerprint }: SoftwareKey): void {
  process.stdout.write('proto: 0x02\nmajor: 0x05\n')
  if (isU2f === true) return
  const options = ['rk', 'up', `${hasFingerprint === true ? '' : 'no'}uv`]
  const all = [...options, `${pin === undefined ? 'no' : ''}clientPin`]
  process.stdout.write(`version strings: U2F_V2, FIDO_2_0\noptions: ${all.join(', ')}\n`)
}

function assertion(key: SoftwareKey, args: readonly string[]): void {
  const options = new Set(args.flatMap((each, index) => (args[index - 1] === '-t' ? [each] : [])))
  const input = readFileSync(args[args.indexOf('-i') + 1] ?? '', 'utf8').split('\n')
  const [hash = '', rpId = '', id = ''] = input
  const mayTouch = !options.has('up=false')
  const isVerified = verify(key, options)
  const credential = key.credentials.find(each => each.id === id && each.rpId === rpId)
  const isSecret = key.isProtected === true && !isVerified
  if (credential === undefined || isSecret)
    fail('fido2-assert', 'fido_dev_get_assert: FIDO_ERR_NO_CREDENTIALS')
  if (!mayTouch && key.isU2f === true) {
    fail('fido2-assert', 'fido_dev_get_assert: FIDO_ERR_USER_PRESENCE_REQUIRED')
  }
  if (mayTouch && key.isTouched === false) {
    fail('fido2-assert', 'fido_dev_get_assert: FIDO_ERR_ACTION_TIMEOUT')
  }
  key.counter += 1
  const flags = (mayTouch ? 0x01 : 0) | (isVerified ? 0x04 : 0)
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(key.counter)
  const site = createHash('sha256').update(rpId).digest()
  const data = Buffer.concat([site, Buffer.of(flags), counter])
  const signed = Buffer.concat([data, Buffer.from(hash, 'base64')])
  const signature = sign('sha256', signed, createPrivateKey(credential.privateKey))
  // The tool gives what the key sent: a byte string of CBOR.
  const wrapped = Buffer.concat([Buffer.of(0x58, data.length), data])
  process.stdout.write(
    `${hash}\n${rpId}\n${wrapped.toString('base64')}\n${signature.toString('base64')}\n`,
  )
}

function verify(key: SoftwareKey, options: ReadonlySet<string>): boolean {
  if (options.has('uv=true')) {
    if (key.hasFingerprint === true) return true
    fail('fido2-assert', 'fido_dev_get_assert: FIDO_ERR_UNSUPPORTED_OPTION')
  }
  if (!options.has('pin=true')) return false
  if (key.pin === undefined) fail('fido2-assert', 'fido_dev_get_assert: FIDO_ERR_PIN_NOT_SET')
  const given = readPin(key.path)
  if (given.length < 4) fail('fido2-assert', 'invalid PIN length')
  if (given !== key.pin) fail('fido2-assert', 'fido_dev_get_assert: FIDO_ERR_PIN_INVALID')
  return true
}

/** As `readpassphrase`: from the terminal when there is one, else from standard input. */
function readPin(path: string): string {
  let terminal: number | undefined
  try {
    terminal = openSync('/dev/tty', 'r+')
  } catch {
    terminal = undefined
  }
  writeSync(terminal ?? 2, `Enter PIN for ${path}: `)
  let text = ''
  const byte = Buffer.alloc(1)
  for (;;) {
    if (readSync(terminal ?? 0, byte) !== 1 || byte[0] === 0x0a) return text
    text += byte.toString('latin1')
  }
}

function fail(tool: string, message: string): never {
  process.stderr.write(`${tool}: ${message}\n`)
  process.exit(1)
}

if (import.meta.main) main(process.argv.slice(2))
