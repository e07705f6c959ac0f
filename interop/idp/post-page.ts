/** A page with one form that posts SAML messages (saml-bindings 3.5.4); a field without value is left out. */
export function postPage(
  action: string,
  fields: Readonly<Record<string, string | undefined>>,
): string {
  const inputs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`<input type="hidden" name="${name}" value="${escaped(value)}"/>`],
  )
  return `<!doctype html><form method="post" action="${escaped(action)}">${inputs.join('')}</form>`
}

function escaped(value: string): string {
  return value.replace(/[&"<>]/g, character => `&#${character.charCodeAt(0)};`)
}
