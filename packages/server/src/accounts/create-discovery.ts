/** Reads accounts and roles in the background, and gives the catalogue of what is known. */
import type { Config } from '../config/config.ts'
import { reasonOf } from '../errors.ts'
import type { Account, RoleCatalog } from '../nouns.ts'
import type { Store } from '../store/index.ts'
import type { DiscoveryAws } from './aws-access.ts'
import { accountKey, createCatalog } from './catalog.ts'
import {
  type DiscoveryReport,
  type ReadingReport,
  readingReport,
  reportOf,
} from './discovery-report.ts'
import { loadRecords, removeRecord, saveRecord } from './discovery-store.ts'
import { createViews, type View } from './discovery-view.ts'
import { organizationFacts, rolesFacts } from './facts.ts'
import { inParallel } from './in-parallel.ts'
import { createPublisher } from './publisher.ts'
import { isDue, noteTried, type Subject, takeRecord, tookFacts } from './subject.ts'
import { createSubjects } from './subjects.ts'

/** What the discovery works with. */
export interface DiscoveryOptions {
  readonly config: () => Pick<Config, 'accounts' | 'aws' | 'discovery'>
  readonly store: Store
  readonly aws: DiscoveryAws
  readonly now: () => Date
  /** From 0 up to 1. */
  readonly random: () => number
  /** Told of each new catalogue. */
  readonly onCatalog?: (catalog: RoleCatalog) => void
  /** Told when an account (undefined: the organization) can no longer be read, and when it can again. */
  readonly onChange?: (report: ReadingReport & { readonly account: Account | undefined }) => void
  /** Told of what somebody should look at. */
  readonly warn: (message: string) => void
}

/** The accounts and roles that are known, and how they are come by. */
export interface Discovery {
  /** What is known now. Asks nobody: it is there at once. */
  catalog(): RoleCatalog
  /** When each account was read, and why one cannot be. */
  report(): DiscoveryReport
  /** Reads in the background from now on. */
  start(): void
  /** Reads everything once, now. */
  refresh(): Promise<void>
  /** AWS refused a role that is offered: its account is read anew, at most once a minute. */
  doubt(account: Account, roleName: string): void
  /** Follows the configuration: what was read in the same way stays. */
  reload(): Promise<void>
  /** Ends it; what is under way comes to nothing. */
  close(): Promise<void>
}

/** Subjects that are read at a time. */
const width = 8
/** How often it is looked whether the command has read something. */
const lookMs = 30_000
const doubtMs = 60_000

/** Opens it with what the store has. Nothing is read of AWS before `start` or `refresh`. */
export async function createDiscovery(options: DiscoveryOptions): Promise<Discovery> {
  const { config, store, now: clock, random } = options
  const now = () => clock().getTime()
  const viewAt = createViews()
  let isClosed = false
  let isStarted = false
  let timer: NodeJS.Timeout | undefined
  let seen = -1
  let saving: Promise<void> = Promise.resolve()
  let view: View
  let catalog: RoleCatalog
  const doubted = new Map<string, Set<string>>()
  const aws: DiscoveryAws = {
    ...options.aws,
    http: request =>
      isClosed ? Promise.reject(new Error('the discovery has ended')) : options.aws.http(request),
  }
  const subjects = createSubjects({
    ...options,
    aws,
    doubted: key => doubted.get(key) ?? new Set(),
  })

  await load()
  view = viewAt(config(), subjects, now())
  catalog = createCatalog({ ...view, version: 1 })

  const publisher = createPublisher(publish)

  function publish(): void {
    const next = viewAt(config(), subjects, now())
    const isSame = isSameView(view, next)
    view = isSame ? { ...view, until: next.until } : next
    if (isSame) return
    catalog = createCatalog({ ...next, version: catalog.version + 1 })
    try {
      options.onCatalog?.(catalog)
    } catch (error) {
      options.warn(`a new catalogue was not taken: ${reasonOf(error)}`)
    }
  }

  /** Takes from the store what is newer there: of before a restart, or read by the command. */
  async function load(): Promise<void> {
    const records = new Map((await loadRecords(store, seen)).map(one => [one.key, one]))
    for (const { triedAt } of records.values()) seen = Math.max(seen, triedAt)
    subjects.sync(config(), now())
    const { organization } = subjects
    const ofOrganization = organization && records.get(organization.key)
    if (organization !== undefined && ofOrganization !== undefined) {
      takeRecord(organization, ofOrganization, organizationFacts, random())
      subjects.sync(config(), now())
    }
    for (const subject of subjects.roles.values()) {
      const record = records.get(subject.key)
      if (record !== undefined) takeRecord(subject, record, rolesFacts, random())
    }
  }

  /** Reads one subject; whoever wants it meanwhile waits for the same visit. */
  function visit(subject: Subject<unknown>): Promise<void> {
    subject.visit ??= read(subject).finally(() => {
      subject.visit = undefined
    })
    return subject.visit
  }

  async function read(subject: Subject<unknown>): Promise<void> {
    const began = now()
    const hadProblem = subject.problem !== undefined
    const doubts = doubted.get(subject.key)
    try {
      const found = await subject.read(subject.reading?.facts)
      if (!isCurrent(subject)) return
      tookFacts(subject, found, { began, now: now(), random: random() })
      if (doubted.get(subject.key) === doubts) doubted.delete(subject.key)
    } catch (error) {
      if (!isCurrent(subject)) return
      noteTried(subject, error, { now: now(), random: random() })
    }
    const gone = subject === subjects.organization ? subjects.sync(config(), now()) : []
    publisher.due(
      view.state === 'loading' && subjects.all().every(one => one.triedAt !== undefined),
    )
    if (hadProblem !== (subject.problem !== undefined)) tell(subject)
    await save(subject, gone)
  }

  /** A visit may end after its subject has gone, or the discovery has. */
  function isCurrent(subject: Subject<unknown>): boolean {
    return !isClosed && subjects.has(subject)
  }

  function tell(subject: Subject<unknown>): void {
    const { keepMs = 0 } = config().discovery ?? {}
    const account = view.accounts.find(one => accountKey(one) === subject.key)
    options.onChange?.({ account, ...readingReport(subject, undefined, keepMs) })
  }

  async function save(subject: Subject<unknown>, gone: readonly string[]) {
    const { key, basis, reading, problem, triedAt = now() } = subject
    seen = Math.max(seen, triedAt)
    const record = {
      key,
      basis,
      body: reading && JSON.stringify(reading.facts),
      readAt: reading?.readAt,
      problem: problem?.message,
      problemSince: problem?.since,
      triedAt,
    }
    const work = async () => {
      if (isClosed) return
      await saveRecord(store, record)
      for (const one of gone) await removeRecord(store, one)
    }
    saving = saving.then(work).catch((error: unknown) => {
      options.warn(`what was read of AWS is not kept: ${reasonOf(error)}`)
    })
    await saving
  }

  function pump(): void {
    clearTimeout(timer)
    if (isClosed || !isStarted) return
    const at = now()
    let running = subjects.all().filter(({ visit: one }) => one !== undefined).length
    for (const subject of subjects.all()) {
      if (running >= width) break
      if (subject.visit !== undefined || !isDue(subject, at)) continue
      running += 1
      void visit(subject)
        .catch((error: unknown) => options.warn(`reading AWS failed: ${reasonOf(error)}`))
        .finally(pump)
    }
    if (running >= width) return
    const idle = subjects.all().filter(({ visit: one }) => one === undefined)
    const next = Math.min(lookMs, ...idle.map(({ dueAt }) => Math.max(0, dueAt - at)))
    timer = setTimeout(() => void look(), Math.max(50, next)).unref()
  }

  async function look(): Promise<void> {
    try {
      await load()
      if (!isClosed) publish()
    } catch (error) {
      if (isClosed) return
      options.warn(`what was read of AWS cannot be looked up: ${reasonOf(error)}`)
    }
    pump()
  }

  return Object.freeze({
    catalog() {
      if (now() >= view.until) publish()
      return catalog
    },
    report: () => reportOf(config(), subjects, now()),
    start() {
      isStarted = true
      pump()
    },
    async refresh() {
      const { organization } = subjects
      if (organization !== undefined) await visit(organization)
      await inParallel([...subjects.roles.values()], width, visit)
      publish()
    },
    doubt(account: Account, roleName: string) {
      const subject = subjects.roles.get(accountKey(account))
      if (subject === undefined) return
      doubted.set(subject.key, new Set([...(doubted.get(subject.key) ?? []), roleName]))
      subject.dueAt = Math.min(subject.dueAt, Math.max(now(), (subject.triedAt ?? 0) + doubtMs))
      pump()
    },
    async reload() {
      // What the new configuration does not want is gone, also when the store does not answer.
      subjects.sync(config(), now())
      publish()
      // What it wants anew may have been read before.
      if (subjects.all().some(({ triedAt }) => triedAt === undefined)) seen = -1
      await look()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      publisher.close()
      await saving
    },
  })
}

function isSameView(before: View, next: View): boolean {
  if (before.state !== next.state || before.roles.size !== next.roles.size) return false
  for (const [key, roles] of next.roles) if (before.roles.get(key) !== roles) return false
  return JSON.stringify(before.accounts) === JSON.stringify(next.accounts)
}
