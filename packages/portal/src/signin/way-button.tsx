import { Button } from '@mantine/core'
import type { SignInWay } from '@rolecall/server/api'
import { IconArrowRight } from '@tabler/icons-react'
import { providerHref } from './next.ts'
import classes from './signin-page.module.css'

/** One way in: a link to where it begins, or a button that opens its form. */
export function WayButton({
  way,
  next,
  isFirst,
  focus,
  onChoose,
}: {
  way: SignInWay
  next: string
  isFirst: boolean
  focus: boolean
  onChoose: (way: SignInWay) => void
}) {
  const look = {
    fullWidth: true,
    className: classes.provider ?? '',
    classNames: { label: classes.providerLabel ?? '' },
    variant: isFirst ? 'filled' : 'default',
    rightSection: <IconArrowRight size={18} />,
    justify: 'space-between',
    autoFocus: focus,
    'data-testid': `signin-provider-${way.id}`,
  } as const
  const label = `Continue with ${way.title}`
  return way.kind === 'redirect' ? (
    <Button {...look} component="a" href={providerHref(way.href, next)}>
      {label}
    </Button>
  ) : (
    <Button {...look} onClick={() => onChoose(way)}>
      {label}
    </Button>
  )
}
