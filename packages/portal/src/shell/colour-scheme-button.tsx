import { ActionIcon, type MantineColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'

const next = { auto: 'light', light: 'dark', dark: 'auto' } as const
const icons = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon }
const names = { auto: 'as the system', light: 'light', dark: 'dark' }

/** Steps through system, light and dark. */
export function ColourSchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const scheme: MantineColorScheme = colorScheme
  const Icon = icons[scheme]
  const label = `Colours: ${names[scheme]}. Change to ${names[next[scheme]]}`
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      data-testid="colour-scheme"
      data-scheme={scheme}
      onClick={() => setColorScheme(next[scheme])}
    >
      <Icon size={18} />
    </ActionIcon>
  )
}
