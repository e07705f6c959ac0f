import type { Constraints } from '../query/constraints.ts'
import { validationError } from '../query/fault.ts'
import { pageOf } from '../query/pages.ts'
import type { Parameters } from '../query/parameters.ts'

const defaultSize = 100

/** `Marker` and `MaxItems` as passed. */
interface Paging {
  readonly marker: string | undefined
  readonly maxItems: number | undefined
}

/** Reads and bounds them, IAM API reference. */
export function readPaging(parameters: Parameters, check: Constraints): Paging {
  const marker = parameters.text('Marker')
  const maxItems = parameters.integer('MaxItems')
  check.text('marker', marker, { min: 1, max: 320, pattern: /[\u{20}-\u{FF}]+/u })
  check.number('maxItems', maxItems, 1, 1000)
  return { marker, maxItems }
}

/**
 * One page. AWS may give fewer items than MaxItems although there are more (IAM API reference); here every page that is
 * not the last is one item short, so that who counts items instead of looking at IsTruncated is found out.
 */
export function iamPage<T>(items: readonly T[], keyOf: (item: T) => string, paging: Paging) {
  const { marker, maxItems = defaultSize } = paging
  const size = items.length > maxItems ? Math.max(1, maxItems - 1) : maxItems
  const page = pageOf(items, keyOf, marker, size)
  if (page === undefined) throw validationError('Invalid Marker.')
  return { items: page.items, IsTruncated: String(page.next !== undefined), Marker: page.next }
}
