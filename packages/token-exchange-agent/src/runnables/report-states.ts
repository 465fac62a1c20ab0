import { keyText } from '@odfmo/api-types'
import { sleep, type Clock, type Explanation, type Logger, type Runnable } from '@odfmo/controller-kit'
import { needsAdministrator } from '../news/needs-administrator.ts'

/** What is waited for is read by people: seconds are soon enough, and short waits stay out of the log. */
const periodMs = 5000

export interface ReportStatesOptions {
  readonly explain: () => readonly Explanation[]
  /** Called with them too, at the same moments: looking through all objects once is enough. */
  readonly tell: (explanations: readonly Explanation[]) => void
  readonly clock: Clock
  readonly logger: Logger
}

/** Says in the log what is waited for and what is refused: once when it begins, once when it is over. */
export const reportStates = ({ explain, tell, clock, logger }: ReportStatesOptions): Runnable => ({
  name: 'report-states',
  needsLeadership: true,
  async start(signal) {
    let before = new Map<string, string>()
    while (!signal.aborted) {
      const explanations = explain()
      before = report(explanations, before, logger)
      tell(explanations)
      await sleep(clock, periodMs, signal).catch(() => undefined)
    }
  },
})

/** Logs what differs from the last report; answers this one. */
export const report = (
  explanations: readonly Explanation[],
  before: ReadonlyMap<string, string>,
  logger: Logger,
): Map<string, string> => {
  const now = new Map<string, string>()
  // What holds back everything is one piece of news, not one for every object.
  const said = new Set(before.values())
  for (const { derived, key, state } of explanations) {
    if (state.is !== 'waiting' && state.is !== 'failed') continue
    const id = `${derived} ${keyText(key)}`
    const news = `${state.reason} ${state.message}`
    now.set(id, news)
    if (said.has(news)) continue
    said.add(news)
    const fields = { derived, object: key, reason: state.reason }
    if (state.is === 'failed' || needsAdministrator(state)) logger.warn(fields, state.message)
    else logger.info(fields, `waiting: ${state.message}`)
  }
  for (const id of before.keys()) {
    if (!now.has(id)) logger.info({ derived: id.split(' ')[0], object: id.split(' ')[1] }, 'waits no longer')
  }
  return now
}
