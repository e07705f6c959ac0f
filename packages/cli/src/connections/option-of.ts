import { shellWord } from '@rolecall/aws/shared-files'

/** `-a NAME`, to be copied into a shell. */
export function optionOf(name: string): string {
  return name.startsWith('-') ? `--connection=${shellWord(name)}` : `-a ${shellWord(name)}`
}
