import type { ReactNode } from 'react'
import classes from './spoken.module.css'

/** Says what changed to people who do not see it (WCAG 4.1.3); takes no room on the page. */
export function Spoken({ children }: { readonly children: ReactNode }) {
  return (
    <span className={classes.spoken} role="status">
      {children}
    </span>
  )
}
