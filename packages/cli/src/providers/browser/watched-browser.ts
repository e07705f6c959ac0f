/** A browser that was started for a sign-in and tells of the response on its way to AWS. */
import type { Assertion } from '../provider.ts'

/** What became of the sign-in. */
export type Caught = Assertion | 'closed'

/** How it is started. */
export interface WatchOptions {
  readonly program: string
  /** Folder of the profile. */
  readonly profile: string
  readonly isHeadless: boolean
  /** Of tests. */
  readonly moreParameters: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** One more address that takes the response. */
  readonly targetUrl: string | undefined
  /** Called once or more; the first counts. */
  readonly onCaught: (caught: Caught) => void
}

export interface WatchedBrowser {
  /** The open pages, by names that `evaluate` takes. */
  readonly pages: ReadonlySet<string>
  /** Goes to an address with a page that is watched from its first request on. */
  open(url: string): Promise<void>
  /** The value of an expression in a page; undefined when the page has gone. */
  evaluate(page: string, expression: string): Promise<unknown>
  /** Takes the cookies of every site away. */
  forgetSessions(): Promise<void>
  /** Asks the browser to close, so that it keeps its session; ends it when it does not. */
  close(): Promise<void>
}
