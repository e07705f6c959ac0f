import type { SecurityKey } from '../providers/provider.ts'
import { assertWith, type Candidate, type Surroundings } from './assert-with.ts'
import { type KeyDevice, optionsOf } from './devices.ts'
import { errorOf, keyRefusal } from './refusals.ts'
import type { ToolResult } from './run-tool.ts'

type AssertRequest = Parameters<SecurityKey['assert']>[0]

const timeoutMs = 10_000
const silently = { options: ['-t', 'up=false'], timeoutMs }
const withPin = { options: ['-t', 'up=false', '-t', 'pin=true'], timeoutMs, mayAskPin: true }

/**
 * The credential of the request that is on a key: unless there is only one that it can be, each is tried on
 * every key, without a touch. A key may tell of its credentials to its owner only: when none was found, keys
 * with a PIN are asked with it. Of several keys that hold one the person chooses. Throws `Failure` `mfaRefused`.
 */
export async function findCredential(
  surroundings: Surroundings,
  devices: readonly KeyDevice[],
  request: AssertRequest,
): Promise<Candidate> {
  const { ask, env } = surroundings
  const all = devices.flatMap(device => candidatesOf(device, request))
  const [only] = all
  if (only !== undefined && all.length === 1) return only
  const found: Candidate[] = []
  let last: ToolResult | undefined
  for (const device of devices) {
    for (const candidate of candidatesOf(device, request)) {
      last = await assertWith(surroundings, candidate, silently)
      if (!holds(last)) continue
      found.push(candidate)
      break
    }
  }
  for (const device of found.length > 0 ? [] : devices) {
    if (!(await optionsOf(env, device.path)).hasPin) continue
    for (const candidate of candidatesOf(device, request).filter(({ isU2f }) => !isU2f)) {
      last = await assertWith(surroundings, candidate, withPin)
      if (holds(last)) return candidate
      // A key that refuses its PIN refuses it for every credential.
      if (/FIDO_ERR_PIN_/.test(errorOf(last.stderr) ?? '')) throw keyRefusal(last.stderr)
    }
  }
  const [first] = found
  if (first === undefined) throw keyRefusal(last?.stderr ?? '')
  if (found.length === 1) return first
  return await ask.choice({
    message: 'Which security key?',
    choices: found.map(value => ({ value, label: value.device.name, note: value.device.path })),
  })
}

function candidatesOf(device: KeyDevice, request: AssertRequest): readonly Candidate[] {
  const { rpId, appId, allowCredentials } = request
  return allowCredentials.flatMap(({ id: credentialId }) => [
    { device, credentialId, rpId, isU2f: false },
    ...(appId === undefined ? [] : [{ device, credentialId, rpId: appId, isU2f: true }]),
  ])
}

/** U2F keys ask for a touch when a credential is theirs; that is a yes. */
function holds({ code, stderr }: ToolResult): boolean {
  const error = errorOf(stderr)
  return (
    code === 0 || error === 'FIDO_ERR_USER_PRESENCE_REQUIRED' || error === 'FIDO_ERR_UP_REQUIRED'
  )
}
