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

/** The look of Mantine's parts; colours of our own stand in `styles/tokens.css`. */
export const theme = createTheme({
  colors: { ink },
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
