/** One thing that a person does. */
export interface Step {
  readonly title: string
  /** Does it and tells what was seen; throws when it did not go as it must. */
  run(): Promise<string>
}
