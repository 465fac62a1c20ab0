import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino'
import type { Logger } from './logger.ts'
import { redact } from './redact.ts'

/** From the most that is said to the least. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
/** One of `logLevels`: it and those after it are written. */
export type LogLevel = (typeof logLevels)[number]

/** A line must not cost more than itself: what throws when it is looked at (a getter, `toJSON`) is left out. */
const clean = (fields: object): Record<string, unknown> => {
  try {
    return redact(fields) as Record<string, unknown>
  } catch (error) {
    return { unreadable: error instanceof Error ? error.name : 'thrown' }
  }
}

/** Whose lines, which of them, and where to. */
export interface CreateLoggerOptions {
  /** In every line. */
  readonly component: string
  readonly level: LogLevel
  /** Default: standard output. Lines are written before the call returns: nothing is lost in a crash. */
  readonly destination?: DestinationStream
}

/**
 * JSON lines with ISO time and level names. What is logged is copied and cleaned first (`redact`): no Secret's
 * content, key or token gets out, even if somebody logs a whole object.
 */
export const createLogger = ({ component, level, destination }: CreateLoggerOptions): Logger =>
  cleaning(
    pino(
      {
        level,
        base: { component },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        // Errors come as plain objects already.
        serializers: { err: (error: unknown) => error },
      },
      destination ?? pino.destination({ fd: 1, sync: true }),
    ),
  )

/** Around pino, not inside it: its hooks see neither the fields of child loggers nor every message. */
const cleaning = (to: PinoLogger): Logger => {
  const at =
    (level: LogLevel) =>
    (fields: object, message: string): void => {
      if (to.isLevelEnabled(level)) to[level](clean(fields), redact(message) as string)
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => cleaning(to.child(clean(fields))),
  }
}
