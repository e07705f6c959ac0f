/**
 * `npm run interop`: the product against software that we did not write. Installs the peers from
 * Debian's packages where it may; a missing peer fails in CI and is named elsewhere.
 */
import { installDebianPackages } from '../scripts/debian.ts'
import { afpCliSuite } from './suites/afp-cli.ts'
import { awsCommandSuite } from './suites/aws-command.ts'
import { awsIdentitiesSuite } from './suites/aws-identities.ts'
import { awsToolsSuite } from './suites/aws-tools.ts'
import { canonicalFormSuite } from './suites/canonical-form.ts'
import { commandLineSuite } from './suites/command-line.ts'
import { credentialChainSuite } from './suites/credential-chain.ts'
import { encryptionSuite } from './suites/encryption.ts'
import { firefoxSuite } from './suites/firefox.ts'
import { headerProxySuite } from './suites/header-proxy.ts'
import { keyringSuite } from './suites/keyring.ts'
import { ldapSuite } from './suites/ldap.ts'
import { logoutSuite } from './suites/logout.ts'
import { mellonSuite } from './suites/mellon.ts'
import { profilesSuite } from './suites/profiles.ts'
import { pysaml2Suite } from './suites/pysaml2.ts'
import { python3SamlSuite } from './suites/python3-saml.ts'
import { shibbolethSuite } from './suites/shibboleth.ts'
import { simpleSamlPhpSuite } from './suites/simplesamlphp.ts'
import type { Suite } from './suites/suite.ts'
import { xmlsecSuite } from './suites/xmlsec.ts'

const suites: readonly Suite[] = [
  awsCommandSuite,
  awsToolsSuite,
  awsIdentitiesSuite,
  commandLineSuite,
  afpCliSuite,
  profilesSuite,
  credentialChainSuite,
  simpleSamlPhpSuite,
  shibbolethSuite,
  mellonSuite,
  pysaml2Suite,
  python3SamlSuite,
  xmlsecSuite,
  encryptionSuite,
  canonicalFormSuite,
  logoutSuite,
  ldapSuite,
  headerProxySuite,
  keyringSuite,
  firefoxSuite,
]

const usage = `npm run interop -- [NAME …]

Runs the product against software that we did not write.

${suites.map(suite => `  ${suite.name.padEnd(16)}${suite.title}`).join('\n')}

Examples
  npm run interop
  npm run interop -- shibboleth mellon
  SEED=7 npm run interop -- canonical-form
  COUNT=10000 npm run interop -- profiles credential-chain
`

const names = process.argv.slice(2)
if (names.includes('--help')) {
  console.log(usage)
  process.exit(0)
}
const unknown = names.find(name => !suites.some(suite => suite.name === name))
if (unknown !== undefined) {
  console.error(
    `interop: no suite "${unknown}"\nhint: one of ${suites.map(s => s.name).join(', ')}`,
  )
  process.exit(2)
}

const chosen = suites.filter(one => names.length === 0 || names.includes(one.name))
// All at once, which is faster; what cannot be had is told by the suite that needs it.
installDebianPackages([...new Set(chosen.flatMap(({ packages }) => packages))])

const begun = Date.now()
let passed = 0
let failed = 0
let notRun = 0
for (const suite of chosen) {
  if (!installDebianPackages(suite.packages)) {
    console.log(`not run  ${suite.name}: needs the Debian packages ${suite.packages.join(' ')}`)
    notRun += 1
    continue
  }
  console.log(suite.title)
  try {
    await suite.run(async (title, check) => {
      try {
        await check()
        passed += 1
        console.log(`  ok    ${title}`)
      } catch (error) {
        failed += 1
        console.log(`  FAIL  ${title}: ${error instanceof Error ? error.message : String(error)}`)
      }
    })
  } catch (error) {
    failed += 1
    console.log(`  FAIL  ${suite.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
const inCi = process.env.CI !== undefined && process.env.CI !== 'false'
if (inCi) failed += notRun
const seconds = ((Date.now() - begun) / 1000).toFixed(1)
const skipped = notRun > 0 ? `, ${notRun} suites not run` : ''
console.log(`\n${passed} passed, ${failed} failed${skipped} in ${seconds} s`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
