/** A shape whose possibly undefined properties are absent instead. */
type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K]
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** A frozen object without the properties that are undefined. */
export function defined<T extends object>(value: T): Readonly<Defined<T>> {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.freeze(Object.fromEntries(entries) as Defined<T>)
}
