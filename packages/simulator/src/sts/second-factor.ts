import type { Constraints } from '../query/constraints.ts'
import { accessDenied } from '../query/fault.ts'
import type { Parameters } from '../query/parameters.ts'
import type { Caller } from './caller.ts'
import type { StsState } from './operation.ts'

/** `SerialNumber` and `TokenCode` as passed. */
export interface SecondFactorInput {
  readonly serialNumber: string | undefined
  readonly tokenCode: string | undefined
}

/** Reads and bounds them, STS API reference. */
export function readSecondFactor(
  parameters: Parameters,
  constraints: Constraints,
): SecondFactorInput {
  const serialNumber = parameters.text('SerialNumber')
  const tokenCode = parameters.text('TokenCode')
  constraints.text('serialNumber', serialNumber, { min: 9, max: 256, pattern: /[\w+=/:,.@-]*/ })
  constraints.text('tokenCode', tokenCode, { min: 6, max: 6, pattern: /[\d]*/ })
  return { serialNumber, tokenCode }
}

/**
 * When a second factor was given: now, if the caller's own device made the code; `undefined` when none was passed.
 * Throws `Fault` AccessDenied for a device that is not the caller's and for a wrong, old or used code.
 */
export function secondFactorTime(
  state: StsState,
  caller: Caller,
  { serialNumber, tokenCode }: SecondFactorInput,
): Date | undefined {
  if (serialNumber === undefined && tokenCode === undefined) return undefined
  const user = caller.kind === 'user' ? state.world.users.get(caller.arn) : undefined
  const device = user?.mfaDevices.find(({ serial }) => serial === serialNumber)
  if (device === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user.',
    )
  }
  if (tokenCode === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, must provide MFA serial number and one time pass code. ',
    )
  }
  if (!state.secondFactors.accepts(device, tokenCode)) {
    throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
  }
  return state.now()
}
