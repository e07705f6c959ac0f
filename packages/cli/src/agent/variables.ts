/** Shells whose words for "set this variable" are known. */
export const shells = ['sh', 'fish', 'powershell', 'cmd'] as const

export type Shell = (typeof shells)[number]

/** The shell that most likely reads the lines: by $SHELL, on Windows PowerShell. */
export function shellOf(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Shell {
  if (platform === 'win32') return 'powershell'
  return /(?:^|\/)fish$/.test(env.SHELL ?? '') ? 'fish' : 'sh'
}

/** The line that sets a variable for the programs that the shell starts. */
export function variableLine(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case 'fish':
      return `set -gx ${name} ${quoted(value, text => text.replace(/[\\']/g, '\\$&'))}`
    case 'powershell':
      // PowerShell takes the typographic quotes for the same (about_Quoting_Rules).
      return `$Env:${name} = '${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`
    case 'cmd':
      return `set "${name}=${value}"`
    default:
      return `export ${name}=${quoted(value, text => text.replaceAll("'", `'\\''`))}`
  }
}

/** In quotes when a shell would read it in another way without. */
function quoted(value: string, escaped: (text: string) => string): string {
  return /^[\w@%+:,./-]+$/.test(value) ? value : `'${escaped(value)}'`
}
