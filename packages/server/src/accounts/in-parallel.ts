/** Does the work for every item, for at most `width` of them at a time. The first failure ends it. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]()
  const worker = async () => {
    for (let item = rest.next(); !item.done; item = rest.next()) await work(item.value)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
