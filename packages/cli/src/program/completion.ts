import { Argument } from 'commander'
import { type ShellName, shells } from '../completion/scripts.ts'
import { type AddVerbs, examples } from './verb.ts'

/** `rolecall completion SHELL`, and what its scripts call. */
export const addCompletion: AddVerbs = (program, terminal, done) => {
  examples(
    program
      .command('completion')
      .description('completion of verbs, options, connections, roles and profiles for your shell')
      .addArgument(new Argument('<shell>', 'the shell').choices(shells)),
    [
      'eval "$(rolecall completion bash)"                             in ~/.bashrc',
      'rolecall completion zsh > "$fpath[1]/_rolecall"                once; then start a new shell',
      'rolecall completion fish > ~/.config/fish/completions/rolecall.fish',
      'rolecall completion powershell | Out-String | Invoke-Expression   in $PROFILE',
    ],
    'Roles and accounts are those of the last sign-in; nothing is asked of a server while you type.',
  ).action(async (shell: ShellName) => {
    const { completionScript } = await import('../completion/scripts.ts')
    terminal.out.write(completionScript(shell))
    done(0)
  })
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .option('--new-word', 'the last word is empty')
    .action(async (words: string[], { newWord }: { newWord?: boolean }) => {
      const { printCandidates } = await import('../verbs/complete.ts')
      done(await printCandidates(program, newWord === true ? [...words, ''] : words, terminal))
    })
}
