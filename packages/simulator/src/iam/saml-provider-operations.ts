import { demand } from '../policy/authorize.ts'
import { type Constraints, constraints } from '../query/constraints.ts'
import { Fault } from '../query/fault.ts'
import type { Parameters } from '../query/parameters.ts'
import type { RequestCaller } from '../sts/caller-of.ts'
import { readTags, uniqueTags } from '../sts/session-parameters.ts'
import { awsTime } from '../sts/sessions.ts'
import type { IamOperation, IamState } from './operation.ts'
import { changeEncryption, type EncryptionChange } from './provider-keys.ts'
import { invalidInput, readUploadedMetadata } from './provider-metadata.ts'
import { resourceTags, tagsXml } from './roles.ts'
import type { EncryptionMode, SamlProvider } from './saml-providers.ts'

/** `CreateSAMLProvider`, IAM API reference. The provider works in AssumeRoleWithSAML at once. */
export const createSamlProvider: IamOperation = (state, parameters, caller) => {
  const check = constraints()
  const name = check.text('name', parameters.text('Name'), {
    min: 1,
    max: 128,
    pattern: /[\w._-]+/,
    required: true,
  })
  const metadata = check.text('sAMLMetadataDocument', parameters.text('SAMLMetadataDocument'), {
    ...metadataBounds,
    required: true,
  })
  const change = readEncryption(parameters, check)
  const pairs = readTags(parameters, check)
  check.check()
  const tags = uniqueTags(pairs)
  const { account } = caller
  const arn = `arn:${account.partition}:iam::${account.id}:saml-provider/${name}`
  demand(caller, 'iam:CreateSAMLProvider', arn)
  if (tags.size > 0) demand(caller, 'iam:TagSAMLProvider', arn)
  const entities = readUploadedMetadata(metadata)
  const none = { encryptionMode: undefined, privateKeys: [] }
  const encryption = changeEncryption(none, change, state.now())
  const provider = { account, name, metadata, entities, tags, ...encryption }
  return { SAMLProviderArn: state.samlProviders.create(provider).arn, Tags: tagsXml(tags) }
}

/** `UpdateSAMLProvider`, IAM API reference. */
export const updateSamlProvider: IamOperation = (state, parameters, caller) => {
  const check = constraints()
  const arn = readArn(parameters, check)
  const metadata = parameters.text('SAMLMetadataDocument')
  check.text('sAMLMetadataDocument', metadata, metadataBounds)
  const change = readEncryption(parameters, check)
  check.check()
  const provider = demandProvider(state, caller, 'iam:UpdateSAMLProvider', arn)
  const isNothing = Object.values({ ...change, metadata }).every(value => value === undefined)
  if (isNothing) throw invalidInput('There is nothing to update')
  const encryption = changeEncryption(provider, change, state.now())
  const described =
    metadata === undefined ? {} : { metadata, entities: readUploadedMetadata(metadata) }
  state.samlProviders.replace({ ...provider, ...described, ...encryption })
  return { SAMLProviderArn: arn }
}

/** `GetSAMLProvider`, IAM API reference. Of private keys only their ids. */
export const getSamlProvider: IamOperation = (state, parameters, caller) => {
  const check = constraints()
  const arn = readArn(parameters, check)
  check.check()
  const provider = demandProvider(state, caller, 'iam:GetSAMLProvider', arn)
  const keys = provider.privateKeys.map(({ keyId, timestamp }) => ({
    KeyId: keyId,
    Timestamp: awsTime(timestamp),
  }))
  return {
    SAMLProviderUUID: provider.uuid,
    SAMLMetadataDocument: provider.metadata,
    ...timesXml(provider),
    Tags: tagsXml(provider.tags),
    AssertionEncryptionMode: provider.encryptionMode,
    PrivateKeyList: keys.length === 0 ? undefined : keys,
  }
}

/** `ListSAMLProviders`, IAM API reference: all at once. */
export const listSamlProviders: IamOperation = (state, _parameters, caller) => {
  demand(caller, 'iam:ListSAMLProviders', '*')
  const providers = state.samlProviders.list(caller.account.id)
  return {
    SAMLProviderList: providers.map(provider => ({ Arn: provider.arn, ...timesXml(provider) })),
  }
}

/** `DeleteSAMLProvider`, IAM API reference. Roles that name it stay, and nobody can take them with it. */
export const deleteSamlProvider: IamOperation = (state, parameters, caller) => {
  const check = constraints()
  const arn = readArn(parameters, check)
  check.check()
  demandProvider(state, caller, 'iam:DeleteSAMLProvider', arn)
  state.samlProviders.remove(arn)
  return undefined
}

const metadataBounds = { min: 1000, max: 10_000_000 }
/** IAM sets it when the provider is made, whatever the metadata says; the span is observed, not documented. */
const validYears = 100

function timesXml({ created }: SamlProvider) {
  const until = new Date(created)
  until.setUTCFullYear(created.getUTCFullYear() + validYears)
  return { CreateDate: awsTime(created), ValidUntil: awsTime(until) }
}

const readArn = (parameters: Parameters, check: Constraints): string =>
  check.text('sAMLProviderArn', parameters.text('SAMLProviderArn'), {
    min: 20,
    max: 2048,
    required: true,
  })

function readEncryption(parameters: Parameters, check: Constraints): EncryptionChange {
  const mode = parameters.text('AssertionEncryptionMode')
  const addPrivateKey = parameters.text('AddPrivateKey')
  const removePrivateKey = parameters.text('RemovePrivateKey')
  const known: EncryptionMode = mode === 'Required' || mode === 'Allowed' ? mode : undefined
  if (mode !== undefined) check.oneOf('assertionEncryptionMode', mode, ['Required', 'Allowed'])
  if (addPrivateKey !== undefined) {
    check.secret('addPrivateKey', addPrivateKey, { min: 1, max: 16_384 })
  }
  check.text('removePrivateKey', removePrivateKey, { min: 22, max: 64, pattern: /[A-Z0-9]+/ })
  return { mode: known, addPrivateKey, removePrivateKey }
}

/** A provider of the caller's account, when the caller may do `action` to it. */
function demandProvider(
  state: IamState,
  caller: RequestCaller,
  action: string,
  arn: string,
): SamlProvider {
  const { partition, id } = caller.account
  const own = `arn:${partition}:iam::${id}:saml-provider/`
  if (!/^arn:[\w-]+:iam::[0-9]{12}:saml-provider\/[\w.-]+$/.test(arn)) {
    throw invalidInput(`${arn} is not the ARN of a SAML provider`)
  }
  const provider = arn.startsWith(own) ? state.samlProviders.get(arn) : undefined
  demand(caller, action, arn, resourceTags(provider?.tags ?? new Map()))
  if (provider !== undefined) return provider
  throw new Fault(404, 'NoSuchEntity', `Manifest not found for arn ${arn}`)
}
