/** Firefox and its kin, watched by WebDriver BiDi. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageHeaders } from '../../open/page.ts'
import { isAwsSignIn } from './aws-sign-in.ts'
import { type Bidi, fieldsOf, startBidi } from './bidi.ts'
import { donePage } from './catch-response.ts'
import { responseIn } from './read-response.ts'
import type { WatchedBrowser, WatchOptions } from './watched-browser.ts'

/** As much of a request as is looked at: more than any response that AWS takes. */
const maxBody = 1_000_000

/** Else Firefox sets itself up for tests of web pages: without its protection from dangerous sites. */
const preferences = `user_pref("remote.prefs.recommended", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
`

/** Starts one. It ends as `closed` when it cannot be started. */
export function startFirefox(options: WatchOptions): WatchedBrowser {
  const { program, profile, env, isHeadless, onCaught } = options
  writeFileSync(join(profile, 'user.js'), preferences, { mode: 0o600 })
  const parameters = ['--profile', profile, ...(isHeadless ? ['--headless'] : [])]
  const pages = new Set<string>()
  const bidi = startBidi(
    { program, parameters: [...parameters, ...options.moreParameters], env },
    (method, params) => {
      const context = textOf(params.context)
      const isPage = params.parent === null
      if (method === 'browsingContext.contextCreated' && isPage) pages.add(context)
      if (method === 'browsingContext.contextDestroyed' && isPage) {
        pages.delete(context)
        if (pages.size === 0) onCaught('closed')
      }
      if (method === 'network.beforeRequestSent' && params.isBlocked === true) {
        const isPage = typeof params.navigation === 'string' && pages.has(context)
        void paused(bidi, params, isPage, options)
      }
    },
  )
  void bidi.ended.then(() => onCaught('closed'))
  return Object.freeze({
    pages,
    async open(url: string) {
      await bidi.send('session.subscribe', { events })
      await bidi.send('network.addDataCollector', {
        dataTypes: ['request'],
        maxEncodedDataSize: maxBody,
      })
      // Its patterns have no wildcard for the regions' hosts: every request is looked at.
      await bidi.send('network.addIntercept', { phases: ['beforeRequestSent'] })
      const { contexts } = await bidi.send('browsingContext.getTree', { maxDepth: 0 })
      const [first] = Array.isArray(contexts) ? contexts : []
      const context = textOf(fieldsOf(first).context)
      pages.add(context)
      await bidi.send('browsingContext.navigate', { context, url, wait: 'none' })
    },
    async evaluate(context: string, expression: string) {
      const target = { context }
      const answer = await bidi
        .send('script.evaluate', { expression, target, awaitPromise: false })
        .catch(() => ({ result: undefined }))
      return fieldsOf(fieldsOf(answer).result).value
    },
    async forgetSessions() {
      await bidi.send('storage.deleteCookies')
    },
    close: bidi.close,
  })
}

const events = [
  'network.beforeRequestSent',
  'browsingContext.contextCreated',
  'browsingContext.contextDestroyed',
]

/** A request that waits: the response is taken, anything else goes on. */
async function paused(
  bidi: Bidi,
  params: Readonly<Record<string, unknown>>,
  /** Else a frame or a script of the page sends it. */
  isPage: boolean,
  { targetUrl, onCaught }: WatchOptions,
): Promise<void> {
  const { request: id, method, url } = fieldsOf(params.request)
  const request = textOf(id)
  const address = textOf(url)
  // A page may be gone by now: then there is nothing to do.
  const send = (name: string, more: Readonly<Record<string, unknown>> = {}) =>
    bidi.send(name, { request, ...more }).catch(() => ({}))
  if (isPage && method === 'POST' && isAwsSignIn(address, targetUrl)) {
    const data: Readonly<Record<string, unknown>> = await send('network.getData', {
      dataType: 'request',
    })
    const { type, value } = fieldsOf(data.bytes)
    const body = Buffer.from(textOf(value), type === 'base64' ? 'base64' : 'utf8').toString('utf8')
    const samlResponse = responseIn(body)
    if (samlResponse !== undefined) {
      const headers = Object.entries(pageHeaders).map(([name, text]) => ({
        name,
        value: { type: 'string', value: text },
      }))
      const page = { type: 'string', value: donePage }
      await send('network.provideResponse', { statusCode: 200, headers, body: page })
      onCaught(Object.freeze({ samlResponse, acsUrl: address }))
      return
    }
  }
  await send('network.continueRequest')
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
