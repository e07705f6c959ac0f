/** The last way that works everywhere: the person brings the response from a browser of their own. */
import { Failure } from '../../failure.ts'
import type { Assertion, SignInParts } from '../provider.ts'
import { responseInPaste } from './read-response.ts'

/** More than any response that AWS takes. */
const maxPasted = 400_000

/** Reads the response from a pipe, else asks for it. Throws `Failure` `provider` or `cannotAsk`. */
export async function pastedResponse(
  url: string,
  { ask, terminal }: Pick<SignInParts, 'ask' | 'terminal'>,
): Promise<Assertion> {
  const isPiped = terminal !== undefined && terminal.in.isTTY !== true
  if (!isPiped) {
    ask.tell(`Open ${url} in a browser, with its developer tools at "Network".`)
    ask.tell('Sign in, choose the request "saml" there, and copy the value of SAMLResponse.')
  }
  const text = isPiped
    ? await readAll(terminal.in)
    : await ask.password({ message: 'SAMLResponse (it is not shown)', longest: maxPasted })
  const samlResponse = responseInPaste(text)
  if (samlResponse !== undefined) return Object.freeze({ samlResponse, acsUrl: undefined })
  throw new Failure(
    'provider',
    'that is no SAML response that AWS would take',
    'copy the whole value of the form field SAMLResponse, of at most 100000 characters',
  )
}

async function readAll(input: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += String(chunk)
    if (text.length > maxPasted) break
  }
  return text
}
