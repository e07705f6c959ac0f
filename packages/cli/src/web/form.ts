import { attributeOf, type Element, elementsUnder, matcherOf, textOf } from './selector.ts'
import { resolved } from './url.ts'

/** A form of a page. */
export interface Form {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly method: 'GET' | 'POST'
  /** Absolute; undefined when it is no http or https address. */
  readonly action: string | undefined
  readonly fields: readonly Field[]
  field(name: string): Field | undefined
}

export interface Field {
  readonly name: string
  /** Of an input in lower case; else `select`, `textarea`, `button`. */
  readonly type: string
  readonly id: string | undefined
  readonly value: string
  /** Whether a browser sends it as it stands: not a button, not an unchecked box. */
  readonly isSent: boolean
  /** Of a select: what may be chosen. */
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

/** The forms among the elements of a page (HTML Standard, 4.10). */
export function formsOf(all: readonly Element[], base: string): readonly Form[] {
  const forms = all.filter(matcherOf('form'))
  const owned = new Map(forms.map((form): [Element, Element[]] => [form, []]))
  const owner = ownerFinder(forms)
  let before: Element | undefined
  for (const element of all) {
    if (element.tagName === 'form') before = element
    else if (isControl(element)) owned.get(owner(element, before) ?? element)?.push(element)
  }
  return [...owned].map(([form, controls]) => {
    const fields = controls.flatMap(fieldOf)
    return Object.freeze({
      id: attributeOf(form, 'id'),
      name: attributeOf(form, 'name'),
      method: attributeOf(form, 'method')?.toLowerCase() === 'post' ? 'POST' : 'GET',
      action: resolved(attributeOf(form, 'action') ?? '', base),
      fields,
      field: (name: string) => fields.find(each => each.name === name),
    })
  })
}

/**
 * What a browser sends: the fields in their order with the values given here in the place of theirs,
 * then given ones that the form has not. Pass a button's name and value to press it.
 */
export function filled(
  form: Form,
  values: Readonly<Record<string, string>> = {},
): readonly (readonly [name: string, value: string])[] {
  const given = new Map(Object.entries(values))
  const pairs: (readonly [string, string])[] = []
  for (const { name, value, isSent } of form.fields) {
    const replaced = given.get(name)
    if (replaced !== undefined) pairs.push([name, replaced])
    else if (isSent && !(name in values)) pairs.push([name, value])
    given.delete(name)
  }
  return [...pairs, ...given]
}

function isControl({ tagName }: Element): boolean {
  return ['input', 'select', 'textarea', 'button'].includes(tagName)
}

/**
 * The form of a control: the one that it names, that it stands in, or, where a table broke them apart,
 * the last one before it when that holds nothing itself.
 */
function ownerFinder(
  forms: readonly Element[],
): (control: Element, before: Element | undefined) => Element | undefined {
  const empty = new Set(forms.filter(form => !elementsUnder(form).some(isControl)))
  // Of several with one id the first counts.
  const byId = new Map([...forms].reverse().map(form => [attributeOf(form, 'id'), form]))
  return (control, before) => {
    const named = attributeOf(control, 'form')
    if (named !== undefined) return byId.get(named)
    for (let node = control.parentNode; node !== null; ) {
      if ('tagName' in node && node.tagName === 'form') return node
      node = 'parentNode' in node ? node.parentNode : null
    }
    return before !== undefined && empty.has(before) ? before : undefined
  }
}

function fieldOf(element: Element): readonly Field[] {
  const name = attributeOf(element, 'name') ?? ''
  if (name === '' || attributeOf(element, 'disabled') !== undefined) return []
  const { tagName } = element
  const options = elementsUnder(element).filter(matcherOf('option'))
  const type =
    tagName === 'input' ? (attributeOf(element, 'type') ?? 'text').toLowerCase() : tagName
  const isBox = type === 'checkbox' || type === 'radio'
  const isChecked = !isBox || attributeOf(element, 'checked') !== undefined
  const field = {
    name,
    type,
    id: attributeOf(element, 'id'),
    value: startValue(element, options) ?? (isBox ? 'on' : ''),
    isSent: isChecked && !['submit', 'button', 'image', 'reset', 'file'].includes(type),
    options: options.map(option => ({ value: optionValue(option), label: textOf(option) })),
  }
  return [Object.freeze(field)]
}

function startValue(element: Element, options: readonly Element[]): string | undefined {
  if (element.tagName === 'textarea') return textOf(element)
  if (element.tagName !== 'select') return attributeOf(element, 'value')
  const chosen = options.find(option => attributeOf(option, 'selected') !== undefined) ?? options[0]
  return chosen === undefined ? undefined : optionValue(chosen)
}

function optionValue(option: Element): string {
  return attributeOf(option, 'value') ?? textOf(option)
}
