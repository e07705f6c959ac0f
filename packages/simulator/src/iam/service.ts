import type { Incoming } from '../http/exchange.ts'
import type { Parameters } from '../query/parameters.ts'
import { answerQuery, operationOf, parametersOf } from '../query/service.ts'
import type { XmlContent } from '../query/xml.ts'
import { type Service, signingName } from '../service.ts'
import { callerOf, invalidToken } from '../sts/caller-of.ts'
import { listAccountAliases } from './account-aliases.ts'
import type { IamOperation, IamState } from './operation.ts'
import { getRole, listRoles, listRoleTags } from './roles.ts'
import {
  createSamlProvider,
  deleteSamlProvider,
  getSamlProvider,
  listSamlProviders,
  updateSamlProvider,
} from './saml-provider-operations.ts'

const version = '2010-05-08'
const namespace = `https://iam.amazonaws.com/doc/${version}/`

const operations: ReadonlyMap<string, IamOperation> = new Map([
  ['ListRoles', listRoles],
  ['GetRole', getRole],
  ['ListRoleTags', listRoleTags],
  ['ListAccountAliases', listAccountAliases],
  ['CreateSAMLProvider', createSamlProvider],
  ['UpdateSAMLProvider', updateSamlProvider],
  ['GetSAMLProvider', getSamlProvider],
  ['ListSAMLProviders', listSamlProviders],
  ['DeleteSAMLProvider', deleteSamlProvider],
])

/** IAM, for requests signed for it, sent to a host or path of its name, or of its version. */
export const iamService = (state: IamState): Service => ({
  name: 'IAM',
  matches: request =>
    signingName(request) === 'iam' ||
    request.path === '/iam' ||
    (request.path === '/' && signingName(request) === undefined && isForIam(request)),
  handle: request =>
    answerQuery(namespace, request, state.now, parameters => run(state, request, parameters)),
})

function run(state: IamState, request: Incoming, parameters: Parameters): XmlContent | undefined {
  const operation = operationOf(operations, version, parameters)
  const caller = callerOf(state, request, 'iam')
  // IAM guide, "Compare AWS STS credentials": GetFederationToken's never, GetSessionToken's only with a second factor.
  const isUserSession = caller.kind === 'user' && caller.temporary
  if (caller.kind === 'federated' || (isUserSession && caller.mfaAt === undefined)) {
    throw invalidToken()
  }
  return operation(state, parameters, caller)
}

function isForIam(request: Incoming): boolean {
  if (/^iam\./.test(request.headers.host ?? '')) return true
  try {
    return parametersOf(request).text('Version') === version
  } catch {
    return false
  }
}
