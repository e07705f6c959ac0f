/** The file of `rolecall agent -c`. */
import { dirname, resolve } from 'node:path'
import {
  type Problem,
  type Report,
  readConfigFile,
  resolvePath,
} from '@rolecall/server/config-file'
import { z } from 'zod'
import { defaultPort, readAddress } from './address.ts'
import { isRoleArn, isUpstream, upstreamRule } from './names.ts'
import { readNetwork } from './peers.ts'
import type { AgentPlan, RolePlan } from './plan.ts'

const roleName = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, 'letters, digits and _+=,.@-, at most 64, as IAM names roles')
const text = z.string().min(1).max(2048)

const address = z
  .string()
  .refine(value => readAddress(value) !== undefined, 'this is no address to listen on')
  .describe('An IP address with a port: `127.0.0.1:9912`, `[::1]:9912`.')

const role = z.strictObject({
  source: z
    .enum(['default', 'upstream'])
    .optional()
    .describe('`default` (the default chain) or `upstream` (the first role of the proxy).'),
  profile: text.optional().describe('A profile of the shared files.'),
  roleArn: z
    .union([text, z.array(text).min(1).max(5)])
    .optional()
    .describe('The role to take; a list is taken one after the other.'),
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, 'letters, digits and _+=,.@-, 2 to 64')
    .optional()
    .describe('The name of the role session; default: user@host.'),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'letters, digits and _+=,.@:/-, 2 to 1224')
    .optional()
    .describe('The external ID that the trust policy of the role asks for.'),
  durationSeconds: z
    .int()
    .min(900)
    .max(43_200)
    .optional()
    .describe('Seconds that a session lasts, 900 to 43200; a chained role has at most 3600.'),
  region: text.optional().describe('The region where STS is called.'),
  tokenFile: text
    .optional()
    .describe('The file with the token of its callers; written when there is none.'),
})

const imds = z.strictObject({
  roles: z
    .array(roleName)
    .min(1)
    .max(100)
    .optional()
    .describe('Names of `roles`, first one first.'),
  v1: z.boolean().default(false).describe('Answer requests without a session token too.'),
  missing: z
    .enum(['not-found', 'empty'])
    .default('not-found')
    .describe('What an unknown role gets: 404, or 200 and nothing.'),
  region: text.optional().describe('The region that the instance is said to be in.'),
})

const agentFile = z.strictObject({
  listen: z
    .union([address, z.array(address).min(1).max(16)])
    .default(`127.0.0.1:${defaultPort}`)
    .describe('The address to listen on, or a list of them.'),
  hosts: z
    .array(z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/, 'a host name or address without port'))
    .max(100)
    .default([])
    .describe('Further names that the Host header may have.'),
  peers: z
    .array(z.string().refine(value => readNetwork(value) !== undefined, 'this is no network'))
    .max(100)
    .optional()
    .describe('Networks that may call besides this machine: `172.17.0.0/16`.'),
  accessLog: text.optional().describe('A file for one line a request; default: standard error.'),
  upstream: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('A metadata proxy whose roles are fetched: `https://afp.example`.'),
  roles: z.record(roleName, role).default({}).describe('The roles, by the names that callers see.'),
  imds: imds.optional().describe('Serve the instance metadata service as well.'),
})

type AgentFile = z.output<typeof agentFile>

/** Reads the file; paths in it are relative to it. */
export async function readAgentFile(
  file: string,
): Promise<
  | { readonly ok: true; readonly plan: AgentPlan }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const result = await readConfigFile(file, agentFile, check)
  if (!result.ok) return result
  const directory = dirname(resolve(file))
  return { ok: true, plan: planOf(result.value, path => resolvePath(directory, path)) }
}

function check(content: AgentFile, report: Report): void {
  const { roles, upstream } = content
  for (const [name, { source, profile, roleArn }] of Object.entries(roles)) {
    if (source !== undefined && profile !== undefined) {
      report.problem(['roles', name, 'source'], 'a profile is named already', 'remove one of them')
    }
    if (source === 'upstream' && upstream === undefined) {
      report.problem(['roles', name, 'source'], 'there is no `upstream`', 'add its address')
    }
    for (const [index, arn] of listOf(roleArn).entries()) {
      if (isRoleArn(arn)) continue
      const path = ['roles', name, 'roleArn', ...(Array.isArray(roleArn) ? [index] : [])]
      report.problem(path, 'this is no role ARN', 'write arn:aws:iam::123456789012:role/Name')
    }
  }
  for (const [index, name] of (content.imds?.roles ?? []).entries()) {
    if (Object.hasOwn(roles, name)) continue
    report.problem(['imds', 'roles', index], 'there is no such role', 'name one of `roles`')
  }
  if (upstream !== undefined && !isUpstream(upstream)) {
    report.problem(['upstream'], upstreamRule, 'write https://, the host, and the port if any')
  }
  if (Object.keys(roles).length === 0 && upstream === undefined) {
    report.problem(['roles'], 'there is nothing to serve', 'add a role, or an `upstream`')
  }
}

function planOf(content: AgentFile, resolved: (path: string) => string): AgentPlan {
  const { listen, roles, imds: service, upstream, accessLog, peers, hosts } = content
  const listed = listOf(listen).flatMap(one => readAddress(one) ?? [])
  const isServed = service !== undefined || upstream !== undefined
  return {
    listen: listed,
    hosts,
    peers,
    accessLog: accessLog === undefined ? undefined : resolved(accessLog),
    upstream: upstream === undefined ? undefined : new URL(upstream).origin,
    roles: Object.fromEntries(
      Object.entries(roles).map(([name, one]): [string, RolePlan] => {
        const { roleArn, tokenFile, source, ...rest } = one
        const file = tokenFile === undefined ? undefined : resolved(tokenFile)
        const isUpstreams = source === 'upstream'
        return [name, { ...rest, isUpstreams, roleArns: listOf(roleArn), tokenFile: file }]
      }),
    ),
    imds: isServed
      ? {
          roles: service?.roles ?? (upstream === undefined ? Object.keys(roles) : undefined),
          v1: service?.v1 ?? false,
          missing: service?.missing ?? 'not-found',
          region: service?.region,
        }
      : undefined,
  }
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : isList(value) ? value : [value]

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value)
