/** `browser_autofill`: username and password go into the sign-in page of the provider, once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { WatchedBrowser } from './watched-browser.ts'

const everyMs = 400

/** Fills in the open pages, until it is stopped or the password has been sent. */
export function startAutofill(
  watched: Pick<WatchedBrowser, 'pages' | 'evaluate'>,
  login: { readonly url: string; readonly username: string; readonly password: string },
): { stop(): void } {
  const { origin } = new URL(login.url)
  const stopped = new AbortController()
  const fillIn = async () => {
    let hasName = false
    while (!stopped.signal.aborted) {
      for (const page of watched.pages) {
        const parts = [origin, login.username, login.password, hasName]
        const given = parts.map(part => JSON.stringify(part)).join(', ')
        const done = await watched.evaluate(page, `(${fill})(${given})`)
        if (done === 'name') hasName = true
        // Never twice: a password that is refused again and again locks the account.
        if (done === 'password') return
      }
      await sleep(everyMs, undefined, { signal: stopped.signal })
    }
  }
  // It ends early when the browser does, or the sleep is given up.
  fillIn().catch(() => undefined)
  return { stop: () => stopped.abort() }
}

/**
 * Runs in the page. It looks at where it is itself: between the question and the answer the page may have
 * gone elsewhere. Nothing that a page could have replaced is used before that, not even the iterator of
 * arrays: it would be told the password. Gives what it sent.
 */
const fill = `(origin, username, password, hasName) => {
  if (location.origin !== origin || document.readyState === 'loading') return 'nothing'
  const seen = input => input.offsetParent !== null && !input.disabled && !input.readOnly
  const first = (...selectors) => [...document.querySelectorAll(selectors.join(','))].find(seen)
  const put = (input, value) => {
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
    set.call(input, value)
    for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind, { bubbles: true }))
  }
  const submit = input => {
    const button = input.form?.querySelector('button[type=submit],input[type=submit],button:not([type])')
    if (button) button.click()
    else input.form?.requestSubmit()
  }
  const secret = first('input[type=password]')
  const name = first(
    'input[autocomplete~=username]', 'input[type=email]',
    ...['user', 'login', 'email'].flatMap(word => ['name', 'id'].map(at => 'input[type=text][' + at + '*=' + word + ' i]')),
  )
  if (name && name.value === '') put(name, username)
  if (secret) {
    put(secret, password)
    submit(secret)
    return 'password'
  }
  if (!name || hasName) return 'nothing'
  submit(name)
  return 'name'
}`
