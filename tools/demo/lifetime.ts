import { Socket } from 'node:net'
import { constants } from 'node:os'

/** Why the demo has to end before it is done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

/** Aborts on Ctrl-C, SIGTERM, SIGHUP, and when the process that started us is gone. */
export function lifetime(): AbortSignal {
  const controller = new AbortController()
  // More signals change nothing: the children are being ended already, and within a deadline.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new Interrupted(signal)))
  }
  // Whoever reads our output has gone (`| head`): nobody is left to do this for.
  process.stdout.on('error', () => controller.abort(new Interrupted('SIGPIPE')))
  const descriptor = process.env['ODFMO_PARENT_FD']
  if (descriptor !== undefined) {
    // The launcher holds the other end and writes nothing: it closes when the launcher ends.
    const gone = (): void => controller.abort(new Interrupted('SIGHUP'))
    const pipe = new Socket({ fd: Number(descriptor), readable: true, writable: false })
    pipe.on('close', gone).on('error', gone).resume().unref()
  }
  return controller.signal
}

/** Rejects with the signal's reason once it is aborted. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(asError(signal.reason))
    else signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true })
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason })
}
