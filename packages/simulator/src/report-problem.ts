/** Where something stands in a document: keys of maps and indexes of lists, from its root. */
export type Path = readonly (string | number)[]

/** Takes one thing that is wrong in a document: where, what stands there, why, and what to do. */
export type ReportProblem = (path: Path, value: unknown, message: string, remedy: string) => void
