import { SimulatorError } from '../errors.ts'
import { decodeHtml } from './html-text.ts'
import type { Page } from './page.ts'

/** A form of a page: where it posts, and its hidden fields. */
export interface Form {
  /** Absolute URL. */
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

/** The inside of a tag; a `>` in quotes does not end it. */
const inside = `((?:"[^"]*"|'[^']*'|[^"'>])*)`
const forms = new RegExp(String.raw`<form\b${inside}>([\s\S]*?)</form\s*>`, 'gi')
const inputs = new RegExp(String.raw`<input\b${inside}>`, 'gi')
const attributes = /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

/**
 * The one form of a page that posts or, with `field`, the one that has an input of that name. Throws
 * `SimulatorError` `form_missing` when there is none, and when there are several: a walk must not guess.
 */
export function readForm(page: Pick<Page, 'url' | 'status' | 'body'>, field?: string): Form {
  const found = [...page.body.matchAll(forms)].flatMap(([, tag = '', content = '']) => {
    const form = attributesOf(tag)
    const fields = [...content.matchAll(inputs)].map(([, input = '']) => attributesOf(input))
    const isMeant = field === undefined || fields.some(one => one.get('name') === field)
    return isMeant && form.get('method')?.toLowerCase() === 'post' ? [{ form, fields }] : []
  })
  const [only] = found
  if (only === undefined || found.length > 1) {
    const kind = field === undefined ? 'that posts' : `that posts the field "${field}"`
    throw new SimulatorError(
      'form_missing',
      `Expected one form ${kind} at ${page.url} (status ${page.status}), found ${found.length}.`,
    )
  }
  const hidden = only.fields.filter(one => one.get('type')?.toLowerCase() === 'hidden')
  return {
    action: new URL(only.form.get('action') ?? '', page.url).href,
    fields: Object.fromEntries(
      hidden.flatMap(one => {
        const name = one.get('name')
        return name === undefined ? [] : [[name, one.get('value') ?? ''] as const]
      }),
    ),
  }
}

function attributesOf(tag: string): ReadonlyMap<string, string> {
  const pairs = [...tag.matchAll(attributes)].map(
    ([, name = '', double, single, bare]) =>
      [name.toLowerCase(), decodeHtml(double ?? single ?? bare ?? '')] as const,
  )
  // The first of a repeated attribute counts, as in browsers.
  return new Map(pairs.reverse())
}
