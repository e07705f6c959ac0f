import { sharedFilePaths } from '@rolecall/aws/shared-files'
import { editIniFile, readIniText } from '../../files/edit-ini-file.ts'
import { setKeys } from '../../files/ini-edit.ts'
import { profileSection } from '../../files/ini-names.ts'
import type { Findings } from '../findings.ts'
import { processProfiles } from './process-profiles.ts'

/** Reports the profiles of `~/.aws/config` that run saml2aws, and replaces their lines when asked to. Gives the file when it was written. */
export async function importProcesses(
  env: Readonly<Record<string, string | undefined>>,
  isWritten: boolean,
  findings: Findings,
): Promise<string | undefined> {
  const { configFile } = sharedFilePaths({ env })
  const text = await readIniText(configFile)
  const found = processProfiles(text)
  for (const { profile, line, after } of found) {
    const key = `[profile ${profile}] credential_process`
    const place = { file: configFile, line }
    if (after === undefined) {
      findings.refused(
        place,
        key,
        'it runs saml2aws in a way that has no exact counterpart',
        `write it as credential_process = rolecall credentials ROLE -a NAME, or let rolecall profiles sync write profiles`,
      )
    } else if (isWritten) {
      findings.changed(place, key, `credential_process = ${after}`, 'it ran saml2aws')
    } else {
      findings.changed(
        place,
        key,
        undefined,
        'it runs saml2aws, and goes on doing so',
        `rolecall import saml2aws --write makes it: credential_process = ${after}`,
      )
    }
  }
  const replaced = found.flatMap(({ profile, after }) =>
    after === undefined ? [] : [{ profile, after }],
  )
  if (!isWritten || replaced.length === 0) return undefined
  await editIniFile(configFile, before =>
    replaced.reduce(
      (now, { profile, after }) =>
        setKeys(now, profileSection(profile), { credential_process: after }),
      before,
    ),
  )
  return configFile
}
