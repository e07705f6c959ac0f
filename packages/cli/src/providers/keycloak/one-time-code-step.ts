import type { Form, Page } from '../../web/index.ts'
import { quoted } from '../../web/index.ts'
import { answerPage } from './answer-page.ts'
import { otherWay } from './other-way-step.ts'
import { answerError } from './page-error.ts'
import type { Step, Visit } from './visit.ts'

/** The code of an authenticator app; of several apps the person chooses one. */
export const oneTimeCodeStep: Step = (visit, shown) => {
  const { page } = shown
  for (const form of page.forms) {
    const field = form.field('otp') ?? form.field('totp')
    if (field === undefined || form.action?.includes('required-action') === true) continue
    const give = () => codeOf(visit, page, form, field.name)
    return otherWay(visit, page, 'TOTP') ?? answerPage(visit, shown, form, give)
  }
  return undefined
}

async function codeOf(visit: Visit, page: Page, form: Form, field: string) {
  const error = answerError(visit, page, 'one-time code')
  if (error !== undefined) visit.codes.refused(`Keycloak: ${error}`)
  const devices = devicesOf(page, form)
  const device =
    devices.length > 1
      ? await visit.parts.ask.choice({ message: 'Which authenticator?', choices: devices })
      : devices[0]?.value
  const code = await visit.codes.next({ message: 'Code of the authenticator app' })
  visit.last = 'one-time code'
  const chosen = device === undefined ? {} : { selectedCredentialId: device }
  return { [field]: code, ...chosen }
}

/** Radio buttons in the theme `base`; in `keycloak.v2` a hidden field that a script sets on a click. */
function devicesOf(page: Page, form: Form) {
  const radios = form.fields.filter(
    ({ name, type }) => name === 'selectedCredentialId' && type === 'radio',
  )
  if (radios.length > 0) {
    return radios.map(({ id, value }, place) => {
      const label = id === undefined ? undefined : page.text(`label[for="${id}"]`)
      return { value, label: quoted(label || `number ${place + 1}`) }
    })
  }
  const found: { readonly value: string; readonly label: string }[] = []
  for (let place = 0; place < 100; place++) {
    const at = `#kc-otp-credential-${place}`
    const value = /'([\w-]+)'\s*\)/.exec(page.attribute(at, 'onclick') ?? '')?.[1]
    if (value === undefined) break
    found.push({ value, label: quoted(page.text(at) || `number ${place + 1}`) })
  }
  return found
}

/** A recovery code: the page says which one of the list. */
export const recoveryCodeStep: Step = (visit, shown) => {
  const { page } = shown
  const form = page.forms.find(each => each.field('recoveryCodeInput') !== undefined)
  if (form === undefined) return undefined
  const give = () => recoveryOf(visit, page)
  return otherWay(visit, page, 'RECOVERY') ?? answerPage(visit, shown, form, give)
}

async function recoveryOf(visit: Visit, page: Page) {
  const error = answerError(visit, page, 'recovery code')
  if (error !== undefined) visit.codes.refused(`Keycloak: ${error}`)
  const label = page.text('label[for=recoveryCodeInput]') || 'Recovery code'
  const code = await visit.codes.next({ message: quoted(label) })
  visit.last = 'recovery code'
  return { recoveryCodeInput: code }
}
