/** `browser_autofill`: username and password go into the sign-in page of the provider, once. */
import type { DevTools } from './devtools-pipe.ts'

const everyMs = 400

/** Fills in the pages that `pages` names, until it is stopped or the password has been sent. */
export function startAutofill(
  tools: DevTools,
  pages: ReadonlySet<string>,
  login: { readonly url: string; readonly username: string; readonly password: string },
): { stop(): void } {
  const { origin } = new URL(login.url)
  let hasName = false
  const step = async () => {
    for (const page of pages) {
      const expression = `(${fill})(${JSON.stringify([origin, login.username, login.password, hasName])})`
      const { result } = await tools
        .send('Runtime.evaluate', { expression, returnByValue: true }, page)
        .catch(() => ({ result: undefined }))
      const done =
        typeof result === 'object' && result !== null && 'value' in result && result.value
      if (done === 'name') hasName = true
      // Never twice: a password that is refused again and again locks the account.
      if (done === 'password') clearInterval(timer)
    }
  }
  const timer = setInterval(() => void step(), everyMs)
  return { stop: () => clearInterval(timer) }
}

/**
 * Runs in the page. It looks at where it is itself: between the question and the answer the page may have
 * gone elsewhere. Gives what it sent.
 */
const fill = `([origin, username, password, hasName]) => {
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
