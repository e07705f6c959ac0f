import { useCallback, useEffect, useState } from 'react'
import { copyText } from './copy.ts'

const shownMs = 1800

/** Copies, and tells for a moment how it went. */
export function useCopy(): {
  readonly state: 'idle' | 'copied' | 'failed'
  readonly copy: (text: string) => void
} {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), shownMs)
    return () => clearTimeout(timer)
  }, [state])
  const copy = useCallback((text: string) => {
    void copyText(text).then(copied => setState(copied ? 'copied' : 'failed'))
  }, [])
  return { state, copy }
}
