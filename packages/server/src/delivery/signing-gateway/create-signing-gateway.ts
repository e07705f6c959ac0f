import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError, type Credentials, roleSessionName } from '@rolecall/aws'
import type { AuditEvent } from '../../audit/index.ts'
import { ServerError } from '../../errors.ts'
import { answerRefusal } from './answer-refusal.ts'
import { allowedEvent, answeredEvent, type Facts, refusedEvent } from './audit-events.ts'
import { type Decided, type Deciding, decide } from './decide.ts'
import { exchange, type Outcome } from './exchange.ts'
import { targetFinder } from './find-target.ts'
import { callerIdentifier } from './identify-caller.ts'
import { wholeBodies } from './read-whole.ts'
import { refusal } from './refusal.ts'
import { roleSessions } from './role-sessions.ts'
import { type OnwardBody, signOnward } from './sign-onward.ts'
import type { SigningGateway, SigningGatewayOptions } from './types.ts'
import { createWatch } from './watch.ts'

/** The largest body that is read whole, unless the options say otherwise. */
const defaultBufferedBytes = 10 * 1024 * 1024

/**
 * Plain HTTP in, Signature Version 4 out: each request is identified, decided on, written to the audit log,
 * signed with the credentials of its role and passed on, its body and the answer piece by piece.
 */
export function createSigningGateway(options: SigningGatewayOptions): SigningGateway {
  const { callers, routes = [], audit, prefix = '' } = options
  const now = options.now ?? (() => new Date())
  const warn = options.warn ?? (() => undefined)
  const timeouts = { connect: 10_000, idle: 60_000, answer: 900_000, ...options.timeouts }
  const addressOf = options.addressOf ?? peerOf
  const bodies = wholeBodies(options.maxBufferedBytes ?? defaultBufferedBytes, timeouts.idle)
  const watch = createWatch()
  const sessions = roleSessions(options)
  const deciding: Deciding = {
    prefix,
    identify: callerIdentifier(callers, routes),
    findTarget: targetFinder(options),
    bodies,
    s3Payload: options.s3Payload ?? 'auto',
    now,
  }
  const sessionNames = new Map(callers.map(({ name }) => [name, roleSessionName(name).value]))

  let running = 0
  let idle: PromiseWithResolvers<void> | undefined
  const ended = (): void => {
    running -= 1
    if (running === 0) idle?.resolve()
  }

  /** Gives the event of what came of the request, when one is still to be written. */
  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    isExpecting: boolean,
  ): Promise<AuditEvent | undefined> {
    const id = randomUUID()
    const started = performance.now()
    const facts: Facts = { id, address: addressOf(request) }
    let isAsked = false
    const askForBody = () => {
      if (isExpecting && !isAsked) response.writeContinue()
      isAsked = true
    }
    const refuse = (error: unknown) =>
      answerRefusal(request, response, error, {
        service: facts.target?.service,
        id,
        isExpecting: isExpecting && !isAsked,
      })
    let decided: Decided
    try {
      decided = await decide(deciding, request, facts, askForBody)
    } catch (error) {
      refuse(await refused(facts, error))
      return undefined
    }
    let body = decided.body
    let outcome: Outcome | undefined
    let credentials: Credentials | undefined
    let problem: unknown
    try {
      if (decided.plan.kind === 'read' && body === undefined) {
        askForBody()
        body = await bodies.read(request, decided.head.bodyLength)
      }
      const { roleArn, sessionName } = roleFor(decided)
      facts.role = roleArn
      facts.sessionName = roleArn === undefined ? undefined : sessionName
      await written(allowedEvent(facts))
      credentials = await sessions.credentials(roleArn, sessionName).catch(error => {
        throw refusal('signing-credentials', 'to sign with', error)
      })
      const { plan } = decided
      const onwardBody: OnwardBody =
        plan.kind === 'pass'
          ? plan.onward
          : { kind: 'whole', bytes: body?.bytes ?? new Uint8Array() }
      const onward = signOnward(
        decided.target,
        {
          method: decided.head.method,
          query: decided.query,
          headers: decided.headers,
          body: onwardBody,
        },
        credentials,
        now(),
      )
      outcome = await exchange(
        { agents: options.agents, watch, timeouts },
        {
          onward,
          bytes: onwardBody.kind === 'whole' ? onwardBody.bytes : undefined,
          reader: plan.kind === 'pass' ? plan.reader : undefined,
          request,
          response,
          onReady: askForBody,
        },
      )
    } catch (error) {
      problem = error
      refuse(error)
    } finally {
      body?.release()
    }
    if (problem instanceof ServerError && problem.code === 'audit-unavailable') return undefined
    const ended = { accessKeyId: credentials?.accessKeyId, outcome, error: problem }
    return answeredEvent(facts, { ...ended, ms: performance.now() - started })
  }

  function roleFor({ target, caller }: Decided): {
    roleArn: string | undefined
    sessionName: string
  } {
    const roleArn = caller.roleArn ?? target.route?.roleArn ?? options.roleArn
    return { roleArn, sessionName: sessionNames.get(caller.name) ?? '' }
  }

  /** Writes a refusal, and gives what to answer: a refusal that nobody will know of says only that. */
  async function refused(facts: Facts, error: unknown): Promise<unknown> {
    const event = refusedEvent(facts, error)
    try {
      // Who is not known can ask as often as the network allows.
      if (facts.caller === undefined && audit.recordRefusal !== undefined) {
        await audit.recordRefusal(`${facts.address} ${event.code}`, event)
      } else await audit.record(event)
      return error
    } catch (cause) {
      return new ServerError('audit-unavailable', { cause })
    }
  }

  async function written(event: AuditEvent): Promise<void> {
    try {
      await audit.record(event)
    } catch (cause) {
      throw new ServerError('audit-unavailable', { cause })
    }
  }

  const start = (
    request: IncomingMessage,
    response: ServerResponse,
    isExpecting: boolean,
  ): void => {
    // Broken connections are told by what waits for them.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    running += 1
    const served = serve(request, response, isExpecting).then(event =>
      event === undefined ? undefined : { told: written(event) },
    )
    served.then(ended, ended)
    const told = served.then(handed => handed?.told)
    told.catch((error: unknown) => {
      const name = error instanceof Error ? `${error.name}: ${messageOf(error)}` : 'unknown'
      warn(`the signing gateway: ${name}`)
      response.destroy()
    })
  }

  return Object.freeze({
    handle: (request: IncomingMessage, response: ServerResponse) => start(request, response, false),
    handleExpecting: (request: IncomingMessage, response: ServerResponse) =>
      start(request, response, true),
    close() {
      if (running === 0) return Promise.resolve()
      idle ??= Promise.withResolvers()
      return idle.promise
    },
  })
}

function messageOf(error: Error): string {
  return error instanceof ServerError || error instanceof AwsError ? error.message : ''
}

function peerOf({ socket }: IncomingMessage): string {
  const address = socket.remoteAddress
  return address === undefined ? 'local' : address.replace(/^::ffff:(?=\d+\.)/, '')
}
