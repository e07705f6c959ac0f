import { CloseButton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { KeyboardEvent, RefObject } from 'react'
import classes from './search-box.module.css'

interface SearchBoxProps {
  readonly inputRef: RefObject<HTMLInputElement | null>
  readonly query: string
  readonly onQuery: (query: string) => void
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void
  /** How many roles are shown, in words. */
  readonly summary: string
}

/** The search that has the focus when the page opens. */
export function SearchBox({ inputRef, query, onQuery, onKeyDown, summary }: SearchBoxProps) {
  return (
    <search className={classes.box}>
      <TextInput
        ref={inputRef}
        type="search"
        size="md"
        aria-label="Search roles and accounts"
        placeholder="Search roles and accounts"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        maxLength={100}
        value={query}
        onChange={event => onQuery(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        leftSection={<IconSearch size={18} aria-hidden="true" />}
        rightSection={
          query === '' ? (
            <span className={classes.hint} aria-hidden="true">
              /
            </span>
          ) : (
            <CloseButton
              aria-label="Clear the search"
              onClick={() => {
                onQuery('')
                inputRef.current?.focus()
              }}
            />
          )
        }
        classNames={{ input: classes.input ?? '' }}
        data-testid="search"
      />
      <p className={classes.summary} role="status">
        {summary}
      </p>
    </search>
  )
}
