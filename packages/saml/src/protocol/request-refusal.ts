import { SamlError, type SamlErrorCode, samlErrors } from '../errors.ts'
import type { IndexedEndpoint } from '../metadata/model.ts'
import { statusCodes } from '../names.ts'
import type { KeyInput } from '../signature/algorithms.ts'
import { type AcsOwner, chooseAcs } from './choose-acs.ts'
import type { ErrorStatus } from './issue-response.ts'
import type { RequestAddress } from './request-facts.ts'

/** What must be known of whoever asks: a `MetadataEntity`, or the same facts from elsewhere. */
export interface RequestSender {
  readonly entityId: string
  readonly sp?: {
    readonly acsEndpoints: readonly IndexedEndpoint[]
    readonly signingCertificates: readonly KeyInput[]
    readonly authnRequestsSigned: boolean
  }
}

/** Finds a service provider by its entity ID; undefined for an unknown one. */
export type SenderFinder = (
  entityId: string,
) => RequestSender | undefined | Promise<RequestSender | undefined>

/** A refusal of an AuthnRequest whose sender and wanted endpoint are known. */
class RequestRefusal extends SamlError {
  readonly request: RequestAddress

  constructor({ code, check, expected, received, cause }: SamlError, request: RequestAddress) {
    super(code, {
      check,
      ...(expected === undefined ? {} : { expected }),
      ...(received === undefined ? {} : { received }),
      cause,
    })
    this.request = request
  }
}

/** Runs a check; its refusal then says which request it refuses. */
export async function refusing<T>(request: RequestAddress, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof SamlError) throw new RequestRefusal(error, request)
    throw error
  }
}

/** How to tell an SP that its request is refused: for `issueResponse`, in place of a person. */
export interface RefusalAnswer {
  readonly sp: { readonly entityId: string; readonly acsUrl: string }
  readonly inResponseTo: string
  readonly status: ErrorStatus
}

const { requester, responder } = statusCodes
const statuses: Partial<Record<SamlErrorCode, readonly [code: string, subCode?: string]>> = {
  'request.name-id-policy': [requester, statusCodes.invalidNameIdPolicy],
  'request.authn-context': [responder, statusCodes.noAuthnContext],
  'request.unsupported': [requester, statusCodes.requestUnsupported],
  'request.version': [statusCodes.versionMismatch],
  'request.malformed': [requester],
  'request.replay-store': [responder],
  'xml.structure': [requester],
  'xml.time': [requester],
}

/**
 * The answer to an AuthnRequest that `readAuthnRequest`, `chooseNameIdFormat` or `checkAuthnContext`
 * refused (saml-core 3.2.2.2), or undefined: then answer nothing and show a page of one's own. That
 * is so when the issuer, its signature or its endpoint could not be trusted, and for a request that
 * is stale or repeated, whose sender waits no more. `find` is the `entity` of `readAuthnRequest`,
 * `request` what that answered, if it did.
 */
export async function refusalAnswer(
  error: unknown,
  find: SenderFinder,
  request?: RequestAddress,
): Promise<RefusalAnswer | undefined> {
  if (!(error instanceof SamlError)) return undefined
  const asked = request ?? (error instanceof RequestRefusal ? error.request : undefined)
  const [code, subCode] = statuses[error.code] ?? []
  if (asked === undefined || code === undefined) return undefined
  const acsUrl = endpointOf(asked, await find(asked.issuer))
  if (acsUrl === undefined) return undefined
  const message = samlErrors[error.code].meaning
  const status = subCode === undefined ? { code, message } : { code, subCode, message }
  const sp = { entityId: asked.issuer, acsUrl }
  return Object.freeze({ sp, inResponseTo: asked.id, status })
}

function endpointOf(request: RequestAddress, entity: AcsOwner | undefined) {
  if (entity === undefined) return undefined
  try {
    return chooseAcs(request, entity).location
  } catch (error) {
    if (error instanceof SamlError) return undefined
    throw error
  }
}
