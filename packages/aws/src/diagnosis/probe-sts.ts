import { AwsError } from '../errors.ts'
import { formBody, formType } from '../http/form.ts'
import type { HttpSend } from '../http/http.ts'
import { httpDate } from '../http/retry-after.ts'
import { splitUrl } from '../http/split-url.ts'
import { clockAheadMs, clockFinding } from './clock-finding.ts'
import { answeredBy, errorFinding } from './error-findings.ts'
import { type Finding, finding } from './findings.ts'

/** What an unsigned request to STS showed of the way there. */
export interface EndpointFacts {
  /** Whether AWS, or what speaks like it, answers. */
  readonly isReached: boolean
  /** How far it is ahead of our clock. */
  readonly aheadMs?: number
  readonly findings: readonly Finding[]
}

/**
 * Asks STS without a signature: whatever AWS answers tells the time and that the network, the proxy and
 * the certificate are in order, and no key is shown to anybody.
 */
export async function probeSts(options: {
  readonly url: string
  readonly region: string
  readonly proxy: string | undefined
  readonly http: HttpSend
  readonly now: () => Date
  readonly timeoutMs: number
}): Promise<EndpointFacts> {
  const { url, region, proxy, http, now, timeoutMs } = options
  const { host } = splitUrl(url)
  const where = 'AWS'
  const sentAt = now()
  try {
    const { headers } = await http({
      method: 'POST',
      url,
      headers: { 'content-type': formType, accept: 'text/xml' },
      body: formBody([
        ['Action', 'GetCallerIdentity'],
        ['Version', '2011-06-15'],
      ]),
      timeoutMs,
    })
    if (/html/i.test(headers['content-type'] ?? '')) {
      const message = `${answeredBy({ host, proxy })} answered with a page (${headers['content-type']})`
      return { isReached: false, findings: [finding('endpoint.page', message)] }
    }
    const date = httpDate(headers.date)
    if (date === undefined) return { isReached: true, findings: [] }
    const aheadMs = clockAheadMs(new Date(date), sentAt, now())
    const clock = clockFinding(aheadMs, host)
    return { isReached: true, aheadMs, findings: clock === undefined ? [] : [clock] }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const found = errorFinding(error, { where, region, host, proxy })
    return { isReached: false, findings: [found] }
  }
}
