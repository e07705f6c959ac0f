import { shellWord } from '@rolecall/aws/shared-files'

/** `-a NAME`, for a command that somebody is told to type. */
export function optionOf(name: string): string {
  return name.startsWith('-') ? `--connection=${shellWord(name)}` : `-a ${shellWord(name)}`
}

/** {@link optionOf} behind a blank; nothing for the connection that is taken anyway. */
export function connectionOption(name: string): string {
  return name === 'default' ? '' : ` ${optionOf(name)}`
}
