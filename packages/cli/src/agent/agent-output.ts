import { containerCredentialsPath } from '@rolecall/aws'
import type { Agent } from './start-agent.ts'
import { type Shell, variableLine } from './variables.ts'

/** Variables for the programs that are to have a role, by name. */
type Variables = Readonly<Record<string, string>>

/** The variables of each role, and of the metadata service when it is served. */
export interface AgentOutput {
  readonly origins: readonly string[]
  readonly roles: Readonly<Record<string, Variables>>
  readonly imds: Variables | undefined
}

/** What a program needs to find the agent at its first address. */
export function agentOutput(agent: Agent, hasImds: boolean): AgentOutput {
  const [origin = ''] = agent.origins
  const roles = Object.entries(agent.roles).map(([name, { token, tokenFile }]) => [
    name,
    {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}${containerCredentialsPath}`,
      ...(tokenFile === undefined
        ? { AWS_CONTAINER_AUTHORIZATION_TOKEN: token }
        : { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile }),
    },
  ])
  return {
    origins: agent.origins,
    roles: Object.fromEntries(roles),
    imds: hasImds ? { AWS_EC2_METADATA_SERVICE_ENDPOINT: `${origin}/` } : undefined,
  }
}

/** The variables as lines of a shell; of several groups each has a heading. */
export function shellLines(output: AgentOutput, shell: Shell): string {
  const groups: [string, Variables][] = Object.entries(output.roles)
  if (output.imds !== undefined) groups.push(['instance metadata service', output.imds])
  const comment = shell === 'cmd' ? 'rem' : '#'
  return groups
    .map(([title, variables]) => {
      const lines = Object.entries(variables).map(([name, value]) =>
        variableLine(shell, name, value),
      )
      return groups.length === 1 ? lines.join('\n') : [`${comment} ${title}`, ...lines].join('\n')
    })
    .map(lines => `${lines}\n`)
    .join('')
}
