import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readPackage } from './packages.ts'

/** The licence texts of what is in the bundle, by the modules that it was made of. */
export function thirdPartyLicences(modules: readonly string[]): string {
  const folders = new Set(modules.filter(id => id.includes('node_modules')).map(packageFolder))
  const parts = [...folders].map(folder => {
    const { name, version, license = 'see below' } = readPackage(folder)
    const texts = readdirSync(folder)
      .filter(file => /^(licen[cs]e|notice|copying)/i.test(file))
      .map(file => readFileSync(join(folder, file), 'utf8').trim())
    if (texts.length === 0) texts.push(`(The package has no licence file; it says: ${license})`)
    return { title: `${name} ${version} (${license})`, text: texts.join('\n\n') }
  })
  parts.sort((one, other) => (one.title < other.title ? -1 : 1))
  const rule = '-'.repeat(80)
  const texts = parts.map(({ title, text }) => `${rule}\n${title}\n${rule}\n\n${text}\n`)
  return `Rolecall contains the following software of others.\n\n${texts.join('\n')}`
}

/** The nearest folder with a package.json that names a package; some have further ones without. */
function packageFolder(id: string): string {
  const folder = dirname(id.replace(/^\0/, '').split('?')[0] ?? id)
  if (existsSync(join(folder, 'package.json')) && readPackage(folder).name) {
    if (readPackage(folder).version) return folder
  }
  return packageFolder(folder)
}
