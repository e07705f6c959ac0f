import { createTheme, type MantineColorsTuple } from '@mantine/core'

const ink: MantineColorsTuple = [
  '#eef2ff',
  '#dde5fd',
  '#bccbfa',
  '#97aff7',
  '#7a98f3',
  '#5b7dea',
  '#3f64dd',
  '#2b4fc7',
  '#2442a6',
  '#1d3484',
]

/** Mantine's greys for the dark, in the tone of our own. */
const dark: MantineColorsTuple = [
  '#e7eaf0',
  '#c3cad5',
  '#9da8b8',
  '#6d7888',
  '#353e4a',
  '#29303a',
  '#1c222b',
  '#161a21',
  '#12161c',
  '#0e1116',
]

/** The look of Mantine's parts; colours of our own stand in `styles/tokens.css`. */
export const theme = createTheme({
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: 7,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
})
