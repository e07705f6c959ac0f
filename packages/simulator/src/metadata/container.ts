import { randomBytes } from 'node:crypto'
import { AwsError, type CredentialSource, containerEndpoint } from '@rolecall/aws'
import type { AwsState } from '../aws-state.ts'
import type { Outgoing } from '../http/exchange.ts'
import { deliveredCredentials, deliveredRole } from './delivered-role.ts'
import type { MetadataCall } from './instance.ts'

/** The task, and the role that it is in. */
export interface ContainerOptions {
  /** ARN; default: the first role of the world that trusts `ecs-tasks.amazonaws.com`, if there is one. */
  readonly role?: string
}

/** A task with the endpoint that delivers its credentials. */
export interface Container {
  /** What `AWS_CONTAINER_AUTHORIZATION_TOKEN` is to hold. */
  readonly token: string
  answer(request: MetadataCall): Promise<Outgoing>
}

const taskId = '7c1d2e3f4a5b46978899aabbccddeeff'

/** A task of the simulated world. Throws `SimulatorError` `world_invalid`. */
export function createContainer(state: AwsState, options: ContainerOptions): Container {
  const role = deliveredRole(state.world, 'ecs-tasks', {
    key: 'container.role',
    arn: options.role,
  })
  const none: CredentialSource = {
    get: () => {
      const message = 'no role of the world trusts ecs-tasks.amazonaws.com'
      return Promise.reject(new AwsError('no_credentials', message))
    },
    describe: () => 'the task',
  }
  const source = role === undefined ? none : deliveredCredentials(state, role, 'ecs-tasks', taskId)
  const token = randomBytes(32).toString('base64url')
  const endpoint = containerEndpoint({
    hosts: 'any',
    roles: { task: { source, token, roleArn: role?.arn } },
    now: state.now,
  })
  return {
    token,
    answer: async request => {
      const { status, headers, body } = await endpoint(request)
      return { status, headers, body }
    },
  }
}
