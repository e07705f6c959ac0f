import classes from './logo.module.css'

/** The mark of the product: a roll with one name ticked. */
export function Logo({ size }: { size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className={classes.logo}>
      <rect width="32" height="32" rx="8" className={classes.ground} />
      <g className={classes.lines}>
        <path d="M8 10h7M8 16h5M8 22h7" />
        <path d="m18 17 3 3 5-7" />
      </g>
    </svg>
  )
}
