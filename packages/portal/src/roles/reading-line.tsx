import { Loader } from '@mantine/core'
import type { RolesView } from '@rolecall/server/api'
import classes from './roles-page.module.css'

/** Says that the list is not whole yet: accounts and roles are being read. */
export function ReadingLine({ reading }: { reading: NonNullable<RolesView['reading']> }) {
  return (
    <p className={classes.reading} role="status" data-testid="reading">
      <Loader size={14} aria-hidden="true" />
      {reading.of === 0
        ? 'Reading accounts from AWS …'
        : `Reading roles from AWS: ${reading.read} of ${reading.of} accounts. The list grows by itself.`}
    </p>
  )
}
