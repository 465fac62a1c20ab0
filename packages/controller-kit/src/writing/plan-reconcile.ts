import { systemClock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import type { ControllerDefinition } from '../queue/controller.ts'
import { planWrites, type ForeseenWrite, type PlanWritesOptions } from './plan.ts'

/** What the reconcile is given. */
export interface PlanReconcileOptions extends Omit<PlanWritesOptions, 'name'> {
  /** For the reconcile. Default: none. */
  readonly logger?: Logger
}

/**
 * The writes that a controller would send for one key now. Only what goes through `context.write` is planned;
 * `context.mayStart` says no. Throws what the reconcile throws.
 */
export const planReconcile = (
  { name, reconcile }: Pick<ControllerDefinition, 'name' | 'reconcile'>,
  key: string,
  { logger = silentLogger, ...options }: PlanReconcileOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly ForeseenWrite[]> =>
  planWrites(
    { ...options, name },
    ({ cache, write }) =>
      reconcile(key, {
        cache,
        write,
        clock: options.clock ?? systemClock,
        logger: logger.child({ controller: name, key, plan: true }),
        signal,
        mayStart: () => false,
      }),
    signal,
  )
