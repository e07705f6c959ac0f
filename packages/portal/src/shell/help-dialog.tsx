import { Kbd, Modal } from '@mantine/core'
import classes from './help-dialog.module.css'

const shortcuts: readonly (readonly [keys: readonly string[], meaning: string])[] = [
  [['/'], 'Go to the search'],
  [['Enter'], 'Open the console of the first role found'],
  [['Shift', 'Enter'], 'Show the keys of the first role found'],
  [['↓', '↑'], 'Move through the roles'],
  [['Enter'], 'On a role: open its console'],
  [['k'], 'On a role: show its keys'],
  [['f'], 'On a role: keep it as a favourite, or no longer'],
  [['Esc'], 'Clear the search, close a dialog'],
  [['?'], 'This help'],
]

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal.Root opened onClose={onClose} centered classNames={{ content: classes.content ?? '' }}>
      <Modal.Overlay />
      <Modal.Content data-testid="help-dialog">
        <div className={classes.header}>
          <Modal.Title className={classes.title}>Keyboard</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>
          <dl className={classes.list}>
            {shortcuts.map(([keys, meaning]) => (
              <div key={meaning} className={classes.row}>
                <dt className={classes.keys}>
                  {keys.map(key => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
