import { readMetadata, SamlError, samlErrors } from '@rolecall/saml'
import type { KeyPath } from './key-path.ts'
import { suggestion } from './nearest.ts'
import type { Report } from './report.ts'
import type { Sections } from './sections.ts'

/** Reports metadata files in which the identity provider that is meant cannot be found. */
export function checkMetadata(
  sections: Sections,
  texts: ReadonlyMap<number, string>,
  report: Report,
): void {
  for (const [index, text] of texts) {
    const path: KeyPath = ['signIn', 'saml', index]
    const found = identityProviders(text)
    if (typeof found === 'string') {
      const remedy = 'download the metadata from the identity provider again'
      report.problem([...path, 'metadata', 'file'], `this is not SAML metadata: ${found}`, remedy)
      continue
    }
    const wanted = sections.saml[index]?.entityId
    if (found.length === 0) {
      const remedy = 'use the metadata of the identity provider, not of a service provider'
      const message = 'the metadata describes no identity provider'
      report.problem([...path, 'metadata', 'file'], message, remedy)
    } else if (wanted !== undefined && !found.includes(wanted)) {
      const message = 'the metadata has no identity provider of this name'
      report.problem([...path, 'entityId'], message, suggestion(wanted, found, 'provider'))
    } else if (wanted === undefined && found.length > 1) {
      const message = `the metadata describes ${found.length} identity providers: which one is meant?`
      report.problem([...path, 'entityId'], message, suggestion('', found, 'provider'))
    }
  }
}

/** The entity IDs of the identity providers, or why the text could not be read. */
function identityProviders(text: string): readonly string[] | string {
  try {
    const { entities } = readMetadata(text)
    return entities.filter(entity => entity.idp !== undefined).map(entity => entity.entityId)
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    // The table's words, not the error's own: those quote the file, which may be the wrong one.
    return `${samlErrors[error.code].meaning} (${error.check})`
  }
}
