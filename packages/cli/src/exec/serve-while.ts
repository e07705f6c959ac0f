/** `exec --server`: a program gets an address that renews its keys, for work longer than a session. */
import { containerCredentialsPath, containerEndpoint } from '@rolecall/aws'
import { listen } from '../agent/listen.ts'
import { newToken } from '../agent/token-file.ts'
import type { RoleCommand } from '../keys/open-command.ts'
import { personSource, servedLeftMs } from '../keys/person-source.ts'
import {
  endpointVariables,
  environmentWith,
  regionVariables,
  roleNames,
} from '../keys/role-environment.ts'
import { takeRole } from '../keys/take-keys.ts'
import { roleLabel } from '../roles/role-label.ts'

/**
 * Runs `program` with variables that lead to an endpoint on loopback: the container credential protocol, with
 * a token that this program alone has. The first keys are taken before it starts, so that a question comes
 * while the person looks. Gives what `program` gives.
 */
export async function serveWhile(
  named: string | undefined,
  command: RoleCommand,
  program: (env: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  const { connection, terminal } = command
  const { role, keys } = await takeRole({ role: named, leftMs: servedLeftMs }, command)
  const source = personSource(role, command)
  const token = newToken()
  const answer = containerEndpoint({
    hosts: ['127.0.0.1', 'localhost'],
    roles: { exec: { source, token, roleArn: role.roleArn } },
  })
  const { origin, close } = await listen({ host: '127.0.0.1', port: 0 }, answer)
  try {
    return await program(
      environmentWith(terminal.env, {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}${containerCredentialsPath}`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
        ...regionVariables(connection.region ?? keys.region ?? role.region),
        ...endpointVariables(keys),
        ...roleNames(keys, roleLabel(role)),
      }),
    )
  } finally {
    await close()
  }
}
