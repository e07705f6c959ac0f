import { Failure } from '../../failure.ts'
import {
  isJsonObject,
  type JsonObject,
  notUnderstood,
  type Page,
  readJson,
  readPage,
  textMember,
  type WebAnswer,
} from '../../web/index.ts'
import { isLoopbackHost } from '../../web/loopback.ts'
import { readAuthAnswer } from './auth-answer.ts'
import { outage } from './console.ts'
import { browserCommand, factorRefusal } from './refusals.ts'
import type { SignedIn, Step } from './step.ts'

const pollMs = 3000
const maxWaitMs = 120_000
/** Of Duo's Web SDK 2. */
const frameFields = [
  ['java_version', ''],
  ['flash_version', ''],
  ['screen_resolution_width', '1920'],
  ['screen_resolution_height', '1080'],
  ['color_depth', '24'],
] as const

/** Duo's older prompt, in a frame: `TX:APP` signed for it, the answer back to JumpCloud. */
export async function passDuo(step: Step): Promise<SignedIn> {
  const { console, connection } = step
  const begun = await console.get('/auth/duo')
  if (begun.json === undefined || begun.status >= 500) throw outage(console.host, begun)
  const { token } = begun.json
  const request = textMember(begun.json, 'sig_request', 16_384)
  const [, tx, app] = /^(TX\|[^:]+):(APP\|[^:]+)$/.exec(request ?? '') ?? []
  if (tx === undefined || app === undefined) throw newPrompt(connection)
  const cookie = await throughFrame(step, duoHost(step, begun.json), tx)
  const sent = await console.post('/auth/duo', { token, sig_response: `${cookie}:${app}` })
  const answer = readAuthAnswer(console.host, sent)
  if (answer.kind === 'signedIn') return answer
  const message = answer.kind === 'refused' ? answer.message : undefined
  throw factorRefusal('JumpCloud did not take what Duo said', message)
}

/** Gives the proof of Duo for JumpCloud. */
async function throughFrame(step: Step, origin: string, tx: string): Promise<string> {
  const { console, session } = step
  const parent = `${console.origin}/duo2fa`
  const opened = await session.postForm(
    `${origin}/frame/web/v1/auth?${new URLSearchParams({ tx, parent, v: '2.6' })}`,
    [['tx', tx], ['parent', parent], ['referer', parent], ...frameFields],
  )
  const page = readPage(opened.body, opened.url)
  const sid = page.attribute('input[name=sid]', 'value')
  if (sid === undefined || isUniversal(opened, page)) throw unknownFrame(step, opened, page)
  const wish = await factorOf(step, page)
  const prompted = await session.postForm(`${origin}/frame/prompt`, [
    ['sid', sid],
    ['device', fieldsOf(page, 'device')[0]?.value || 'phone1'],
    ['factor', wish.factor],
    ['out_of_date', ''],
    ...(wish.passcode === undefined ? [] : [['passcode', wish.passcode] as const]),
  ])
  const txid = textMember(readDuo(prompted), 'txid', 1024)
  if (txid === undefined) throw notUnderstood(new URL(origin).host, 'there should be a txid')
  const shown = step.parts.ask.waiting(
    wish.factor === 'Duo Push'
      ? 'approve the sign-in in Duo Mobile'
      : `waiting for Duo: ${wish.factor}`,
  )
  try {
    return await untilAllowed(step, origin, { sid, txid })
  } finally {
    shown.done()
  }
}

async function untilAllowed(
  { session, parts }: Step,
  origin: string,
  transaction: { readonly sid: string; readonly txid: string },
): Promise<string> {
  let { sid } = transaction
  const { host } = new URL(origin)
  for (let waitedMs = 0; waitedMs <= maxWaitMs; waitedMs += pollMs) {
    const fields = [
      ['sid', sid],
      ['txid', transaction.txid],
    ] as const
    const status = readDuo(await session.postForm(`${origin}/frame/status`, fields))
    sid = textMember(status, 'sid', 4096) ?? sid
    const result = textMember(status, 'result', 64)
    if (result === 'FAILURE') {
      throw factorRefusal('Duo refused the sign-in', textMember(status, 'status'))
    }
    if (result !== 'SUCCESS') {
      await parts.sleep(pollMs)
      continue
    }
    const path = textMember(status, 'result_url', 1024)
    if (path === undefined || !path.startsWith('/')) {
      // The older form: the proof stands beside the result.
      const cookie = textMember(status, 'cookie', 16_384)
      if (cookie !== undefined) return cookie
      throw notUnderstood(host, 'a result should say where its proof is')
    }
    const url = new URL(path, origin)
    if (url.origin !== origin) throw notUnderstood(host, 'its proof should be its own')
    const proof = readDuo(await session.postForm(url.href, [['sid', sid]]))
    const cookie = textMember(proof, 'cookie', 16_384)
    if (cookie !== undefined) return cookie
    throw notUnderstood(host, 'there should be a proof of the sign-in')
  }
  throw factorRefusal('Duo was not answered in time', undefined, 'try again and answer the prompt')
}

interface DuoWish {
  readonly factor: string
  readonly passcode?: string
}

/** `--duo-mfa-option`, else a push; a code that is given is a passcode. */
async function factorOf({ connection, parts }: Step, page: Page): Promise<DuoWish> {
  const { duoMfaOption, mfaToken } = connection.given
  const offered = fieldsOf(page, 'factor').map(({ value }) => value)
  const wanted = duoMfaOption ?? (mfaToken === undefined ? 'Duo Push' : 'Passcode')
  const factor = [...offered, 'Duo Push', 'Passcode', 'Phone Call'].find(
    each => each.toLowerCase() === wanted.toLowerCase(),
  )
  if (factor === undefined) {
    const names = [...new Set([...offered, 'Duo Push', 'Passcode'])].join(', ')
    throw new Failure('configuration', 'Duo has no such way', `--duo-mfa-option: ${names}`)
  }
  if (factor !== 'Passcode') return { factor }
  return { factor, passcode: mfaToken ?? (await parts.ask.code({ message: 'Passcode of Duo' })) }
}

const fieldsOf = (page: Page, name: string) =>
  page.forms.flatMap(({ fields }) => fields.filter(field => field.name === name))

function readDuo(answer: WebAnswer): JsonObject {
  const json = readJson(answer, 'an answer of Duo')
  if (json.stat === 'OK' && isJsonObject(json.response)) return json.response
  throw factorRefusal('Duo refused the sign-in', textMember(json, 'message'))
}

/** Duo's own hosts only: what is sent there signs the person in. */
function duoHost({ console, hosts }: Step, begun: JsonObject): string {
  const named = textMember(begun, 'api_host', 253) ?? ''
  const isLocal = isLoopbackHost(new URL(hosts.console).hostname)
  const url = URL.parse(`${isLocal ? 'http' : 'https'}://${named}`)
  const isDuos = url?.hostname.endsWith('.duosecurity.com') === true
  if (url !== null && url.host === named && (isDuos || (isLocal && isLoopbackHost(url.hostname)))) {
    return url.origin
  }
  throw notUnderstood(console.host, 'it should send to a host of Duo')
}

function unknownFrame(step: Step, answer: WebAnswer, page: Page): Failure {
  if (isUniversal(answer, page)) return newPrompt(step.connection)
  return notUnderstood(new URL(answer.url).host, 'its prompt should be the one in a frame')
}

function isUniversal({ url, location }: WebAnswer, { title }: Page): boolean {
  return (
    /\/frame\/(?:frameless|v4)\b/.test(`${url} ${location ?? ''}`) ||
    /universal|frameless/i.test(title)
  )
}

function newPrompt(connection: Step['connection']): Failure {
  return factorRefusal(
    "this tenant has Duo's Universal Prompt, which works in a browser only",
    undefined,
    browserCommand(connection),
  )
}
