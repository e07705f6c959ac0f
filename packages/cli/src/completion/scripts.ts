// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, and no template of ours
/**
 * The scripts that shells load. Each asks `rolecall __complete -- WORDS`, whose first line says what to do and
 * whose others are `value<tab>note`. A value is data: the shell's own quoting is put around it, it is never
 * evaluated.
 */

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type ShellName = (typeof shells)[number]

/** The script of a shell. */
export function completionScript(shell: ShellName): string {
  return `${scripts[shell].join('\n')}\n`
}

// Bash 3.2 of macOS runs it too. Bash parts words at `:` and `=` as well; they are put together again, and
// what stands before the last of these is cut off what is offered.
const bash = [
  '# Completion of rolecall for bash: eval "$(rolecall completion bash)"',
  '_rolecall() {',
  "  local IFS=$' \\t\\n' line=${COMP_LINE:0:COMP_POINT} word cur cut kind value note quoted i n=-1",
  '  local -a words=()',
  '  for ((i = 0; i <= COMP_CWORD; i++)); do',
  '    if [[ $i -eq 0 || $line == [[:blank:]]* ]]; then',
  '      line=${line#"${line%%[![:blank:]]*}"}',
  '      n=$((n + 1))',
  '      words[n]=',
  '    fi',
  '    word=${COMP_WORDS[i]}',
  '    [[ ${#word} -gt ${#line} ]] && word=$line',
  '    words[n]+=$word',
  '    line=${line:${#word}}',
  '  done',
  '  words=("${words[@]//[\\\\\\"\\\']/}")',
  '  cur=${words[n]}',
  '  cut=',
  '  if [[ $COMP_WORDBREAKS == *:* && $cur == *[:=]* ]]; then cut=${cur%"${cur##*[:=]}"}; fi',
  '  COMPREPLY=()',
  '  {',
  '    read -r kind',
  "    while IFS=$'\\t' read -r value note; do",
  '      printf -v quoted %q "${value#"$cut"}"',
  '      COMPREPLY[${#COMPREPLY[@]}]=$quoted',
  '    done',
  '  } < <(command rolecall __complete -- "${words[@]:1}" 2>/dev/null)',
  '  [[ $kind == files ]] || compopt +o default +o bashdefault 2>/dev/null',
  '  [[ $kind == nospace ]] && compopt -o nospace 2>/dev/null',
  '  if [[ $kind == commands ]]; then',
  '    while read -r value; do COMPREPLY[${#COMPREPLY[@]}]=$value; done < <(compgen -c -- "$cur")',
  '  fi',
  '  return 0',
  '}',
  'complete -o bashdefault -o default -F _rolecall rolecall',
]

const zsh = [
  '#compdef rolecall',
  '# Completion of rolecall for zsh: rolecall completion zsh > "${fpath[1]}/_rolecall"',
  '_rolecall() {',
  '  local -a lines values shown',
  '  local line kind',
  '  lines=("${(@f)$(command rolecall __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")',
  '  kind=$lines[1]',
  '  for line in "${(@)lines[2,-1]}"; do',
  '    values+=("${line%%$\'\\t\'*}")',
  '    shown+=("${line/$\'\\t\'/  }")',
  '  done',
  '  case $kind in',
  '    files) _files ;;',
  '    commands) _command_names -e ;;',
  '    nospace) compadd -U -S "" -l -d shown -a values ;;',
  '    values) compadd -U -l -d shown -a values ;;',
  '  esac',
  '}',
  'if [[ $funcstack[1] == _rolecall ]]; then _rolecall "$@"; else compdef _rolecall rolecall; fi',
]

const fish = [
  '# Completion of rolecall for fish: rolecall completion fish > ~/.config/fish/completions/rolecall.fish',
  'function __rolecall_complete',
  '    set -l words (commandline -opc)',
  '    set -l current (commandline -ct)',
  '    set -l lines (command rolecall __complete -- $words[2..-1] "$current" 2>/dev/null)',
  '    set -l kind $lines[1]',
  '    set -e lines[1]',
  '    switch "$kind"',
  '        case files',
  '            __fish_complete_path "$current"',
  '        case commands',
  '            __fish_complete_command',
  "        case '*'",
  "            test (count $lines) -gt 0; and printf '%s\\n' $lines",
  '    end',
  'end',
  "complete -c rolecall -f -a '(__rolecall_complete)'",
]

// Older versions drop empty words on their way to a program: that the last one is empty is an option.
const powershell = [
  '# Completion of rolecall for PowerShell: rolecall completion powershell | Out-String | Invoke-Expression',
  'Register-ArgumentCompleter -Native -CommandName rolecall -ScriptBlock {',
  '  param($wordToComplete, $commandAst, $cursorPosition)',
  '  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |',
  '    Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |',
  '    ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })',
  "  $new = if ($wordToComplete -eq '') { @('--new-word') } else { @() }",
  '  $kind, $lines = @(& rolecall __complete @new -- @words 2>$null)',
  '  foreach ($line in $lines) {',
  '    $value, $note = $line -split "`t", 2',
  "    $quoted = $value -replace \"['\\u2018\\u2019\\u201a\\u201b]\", '$0$0'",
  "    $text = if ($value -match '^[A-Za-z0-9_./:+=-]+$') { $value } else { \"'$quoted'\" }",
  '    $tip = if ($note) { $note } else { $value }',
  "    [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $tip)",
  '  }',
  '}',
]

const scripts: Readonly<Record<ShellName, readonly string[]>> = { bash, zsh, fish, powershell }
