import { containerCredentialsPath } from '@rolecall/aws'
import type { AwsState } from '../aws-state.ts'
import { type Listener, listen } from '../http/listen.ts'
import { type ContainerOptions, createContainer } from './container.ts'
import { createInstance, type ImdsSettings, type InstanceOptions } from './instance.ts'

/** The instance's metadata service. */
export interface ImdsOptions extends InstanceOptions {
  /** Of the instance's own view; 0 or nothing for any free one. */
  readonly port?: number
  /** Of the view that a container on the instance has; 0 or nothing for any free one. */
  readonly portFromContainer?: number
}

/** The task's credential endpoint. */
export interface ContainerEndpointOptions extends ContainerOptions {
  /** 0 or nothing for any free one. */
  readonly port?: number
}

/** A running instance metadata service. */
export interface Imds {
  /** What `AWS_EC2_METADATA_SERVICE_ENDPOINT` is to hold, for a program on the instance. */
  readonly endpoint: string
  /** The same service as a container on the instance sees it, one hop further away. */
  readonly endpointFromContainer: string
  /** Changes what is named, as ModifyInstanceMetadataOptions does. */
  configure(settings: ImdsSettings): void
}

/** A running container credential endpoint. */
export interface ContainerCredentials {
  /** What `AWS_CONTAINER_CREDENTIALS_FULL_URI` is to hold. */
  readonly uri: string
  /** What `AWS_CONTAINER_AUTHORIZATION_TOKEN` is to hold. */
  readonly token: string
}

const requestTimeoutMs = 30_000

/** Listens for the instance and the task; `opened` hears of each listener, so that none is left open. */
export async function listenForMetadata(
  state: AwsState,
  options: {
    readonly host: string
    readonly imds: ImdsOptions
    readonly container: ContainerEndpointOptions
  },
  opened: (listener: Listener) => void,
): Promise<{ readonly imds: Imds; readonly container: ContainerCredentials }> {
  const instance = createInstance(state, options.imds)
  const task = createContainer(state, options.container)
  const open = async (port = 0): Promise<Listener> => {
    const listener = await listen({ host: options.host, port, requestTimeoutMs })
    opened(listener)
    return listener
  }
  const near = await open(options.imds.port)
  near.serve(request => instance.answer(request, 1))
  const far = await open(options.imds.portFromContainer)
  far.serve(request => instance.answer(request, 2))
  const container = await open(options.container.port)
  container.serve(request => task.answer(request))
  return {
    imds: Object.freeze({
      endpoint: near.origin,
      endpointFromContainer: far.origin,
      configure: instance.configure,
    }),
    container: Object.freeze({
      uri: `${container.origin}${containerCredentialsPath}`,
      token: task.token,
    }),
  }
}
