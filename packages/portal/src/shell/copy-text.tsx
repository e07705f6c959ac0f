import { IconCheck, IconCopy, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './copy-text.module.css'
import { Spoken } from './spoken.tsx'
import { useCopy } from './use-copy.ts'

interface CopyTextProps {
  readonly text: string
  /** Names the text for people who do not see it: `account id of Production`. */
  readonly what: string
  /** The text as shown, when it is not the bare text. */
  readonly children?: ReactNode
}

/** A monospace text that a click copies. */
export function CopyText({ text, what, children }: CopyTextProps) {
  const { state, copy } = useCopy()
  const Icon = { idle: IconCopy, copied: IconCheck, failed: IconX }[state]
  return (
    <button
      type="button"
      className={classes.copy}
      data-state={state}
      title={state === 'idle' ? `Copy the ${what}` : state}
      onClick={() => copy(text)}
    >
      <span className={classes.text}>{children ?? text}</span>
      <Icon size={14} aria-hidden="true" />
      <Spoken>{state === 'idle' ? '' : `${state}: ${what}`}</Spoken>
    </button>
  )
}
