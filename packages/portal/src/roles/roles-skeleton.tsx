import { Skeleton } from '@mantine/core'
import classes from './roles-page.module.css'

const sections = ['first', 'second', 'third']

/** The shape of the list while it is on its way. */
export function RolesSkeleton() {
  return (
    <div className={classes.accounts} role="status" aria-label="Loading your roles">
      {sections.map(section => (
        <Skeleton key={section} height={140} radius="md" />
      ))}
    </div>
  )
}
