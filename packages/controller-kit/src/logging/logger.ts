/** What this package needs of a logger; `createLogger` makes a real one. Fields are plain data, never a Secret. */
export interface Logger {
  /** For whoever looks for a defect. */
  debug(fields: object, message: string): void
  /** What was done, once. */
  info(fields: object, message: string): void
  /** What is tried again by itself. */
  warn(fields: object, message: string): void
  /** What somebody should look at. */
  error(fields: object, message: string): void
  /** The same with fields that every line of it carries. */
  child(fields: object): Logger
}

const nothing = (): void => undefined

/** Says nothing: the default of a library. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
}
