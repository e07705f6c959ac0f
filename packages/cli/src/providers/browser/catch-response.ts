/** Watches every page of a browser for the form that carries a SAML response to AWS, and stops it there. */
import { page, pageHeaders } from '../../open/page.ts'
import { isAwsSignIn, signInPatterns } from './aws-sign-in.ts'
import type { DevTools, DevToolsEvent } from './devtools-pipe.ts'
import { responseIn } from './read-response.ts'
import type { Caught } from './watched-browser.ts'

/** What the browser shows in the place of AWS. */
export const donePage = page({
  title: 'You are signed in',
  text: 'You may close this window and go back to the terminal.',
})

/** Watches one browser. */
interface Catcher {
  /** Goes to an address with a page that is watched from its first request on. */
  start(tools: DevTools, url: string): Promise<void>
  onEvent(event: DevToolsEvent): void
  /** The sessions of the open pages. */
  readonly pages: ReadonlySet<string>
}

/**
 * The watcher of a browser: give it every event. Nothing of the response leaves the machine: the request
 * is answered here, with a page of ours.
 */
export function createCatcher(
  targetUrl: string | undefined,
  onCaught: (caught: Caught) => void,
): Catcher {
  let tools: DevTools | undefined
  const pages = new Set<string>()
  const frames = new Map<string | undefined, string>()
  const patterns = signInPatterns(targetUrl)

  async function call(
    method: string,
    params: Readonly<Record<string, unknown>>,
    sessionId: string | undefined,
  ): Promise<Readonly<Record<string, unknown>>> {
    // A page may be gone by now: then there is nothing to watch.
    return (await tools?.send(method, params, sessionId).catch(() => undefined)) ?? {}
  }

  async function attached(params: DevToolsEvent['params']): Promise<void> {
    const sessionId = textOf(params.sessionId)
    const info = recordOf(params.targetInfo)
    if (info.type === 'page') {
      pages.add(sessionId)
      // The frame of a page has the name of its target.
      frames.set(sessionId, textOf(info.targetId))
    }
    if (info.type === 'page' || info.type === 'iframe') {
      await call('Fetch.enable', { patterns }, sessionId)
      await call('Target.setAutoAttach', autoAttach, sessionId)
    }
    await call('Runtime.runIfWaitingForDebugger', {}, sessionId)
  }

  async function paused({ params, sessionId }: DevToolsEvent): Promise<void> {
    const requestId = textOf(params.requestId)
    const request = recordOf(params.request)
    const url = textOf(request.url)
    // A page that goes to AWS itself. What a frame or a script in it sends there is nobody's sign-in.
    const isPage = params.resourceType === 'Document' && frames.get(sessionId) === params.frameId
    const response =
      isPage && request.method === 'POST' && isAwsSignIn(url, targetUrl)
        ? responseIn(bodyOf(request))
        : undefined
    if (response === undefined) {
      await call('Fetch.continueRequest', { requestId }, sessionId)
      return
    }
    const responseHeaders = Object.entries(pageHeaders).map(([name, value]) => ({ name, value }))
    const body = Buffer.from(donePage).toString('base64')
    await call(
      'Fetch.fulfillRequest',
      { requestId, responseCode: 200, responseHeaders, body },
      sessionId,
    )
    onCaught(Object.freeze({ samlResponse: response, acsUrl: url }))
  }

  function onEvent(event: DevToolsEvent): void {
    if (event.method === 'Target.attachedToTarget') void attached(event.params)
    if (event.method === 'Fetch.requestPaused') void paused(event)
    if (event.method === 'Target.detachedFromTarget') {
      // The last window was closed; on a Mac the program runs on without one.
      frames.delete(textOf(event.params.sessionId))
      const wasPage = pages.delete(textOf(event.params.sessionId))
      if (wasPage && pages.size === 0) onCaught('closed')
    }
  }

  return {
    pages,
    onEvent,
    async start(started, url) {
      tools = started
      await started.send('Target.setAutoAttach', autoAttach)
      // Made by us, after the watching has begun; whatever else the browser opens is attached as it starts.
      await started.send('Target.createTarget', { url: 'about:blank' })
      const [first] = pages
      await started.send('Page.navigate', { url }, first)
    },
  }
}

/** New pages wait until they are watched. */
const autoAttach = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }

/** The body of a paused request, whose pieces are base64. */
function bodyOf(request: Readonly<Record<string, unknown>>): string {
  const entries: readonly unknown[] = Array.isArray(request.postDataEntries)
    ? request.postDataEntries
    : []
  const pieces = entries.map(entry => Buffer.from(textOf(recordOf(entry).bytes), 'base64'))
  return pieces.length > 0 ? Buffer.concat(pieces).toString('utf8') : textOf(request.postData)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
