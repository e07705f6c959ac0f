/** Browsers of the Chromium family, watched by the DevTools protocol over pipes. */
import { createCatcher } from './catch-response.ts'
import { startDevTools } from './devtools-pipe.ts'
import type { WatchedBrowser, WatchOptions } from './watched-browser.ts'

/** Starts one. It ends as `closed` when it cannot be started. */
export function startChromium(options: WatchOptions): WatchedBrowser {
  const { program, env, targetUrl, onCaught } = options
  const parameters = [...parametersFor(options), ...options.moreParameters]
  const catcher = createCatcher(targetUrl, onCaught)
  const tools = startDevTools({ program, parameters, env }, catcher.onEvent)
  void tools.ended.then(() => onCaught('closed'))
  return Object.freeze({
    pages: catcher.pages,
    open: (url: string) => catcher.start(tools, url),
    async evaluate(page: string, expression: string) {
      const parts = { expression, returnByValue: true }
      const { result } = await tools
        .send('Runtime.evaluate', parts, page)
        .catch(() => ({ result: undefined }))
      return typeof result === 'object' && result !== null && 'value' in result
        ? result.value
        : undefined
    },
    async forgetSessions() {
      await tools.send('Storage.clearCookies')
    },
    close: tools.close,
  })
}

function parametersFor({ profile, isHeadless }: WatchOptions): readonly string[] {
  return [
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--no-startup-window',
    // A person signs in here. Providers that turn programs away would take the pipe for one.
    '--disable-blink-features=AutomationControlled',
    ...(isHeadless ? ['--headless=new'] : []),
  ]
}
